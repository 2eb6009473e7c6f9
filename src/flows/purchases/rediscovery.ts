import type { Cin7Purchase, PurchaseHeaderFields } from '../../connectors/cin7/fields.ts';
import type { Link } from '../../store/links.ts';
import { findMarkedKey } from '../marker.ts';
import type { WritePorts } from '../target-flow.ts';
import { EMPTY_ORDER, type PurchasePayload } from './payload.ts';

/** Noted when a supplier carries our marker and no link: this store has lost what an earlier life of it wrote. */
export const REDISCOVERY = 'purchases.rediscovery';
export type RediscoveryState = 'due' | 'done';

const FROM_THE_BEGINNING_MS = 0;

/**
 * Finds purchases that an earlier life of this store made (it was lost, or restored from an older backup), so that none is made twice.
 * Cin7 cannot search notes, so every purchase of a linked supplier that nothing is linked to is opened: one call each. Done once.
 *
 * @returns the links of what was found, by record key. They hold no lines, so that the next write compares and writes all of them.
 */
export async function rediscoverPurchases(ports: WritePorts): Promise<ReadonlyMap<string, Link>> {
  const found = new Map<string, Link>();
  if ((await ports.memory.recall(REDISCOVERY)) !== 'due') return found;
  for await (const page of ports.target.listPurchases(FROM_THE_BEGINNING_MS, ports.signal)) {
    const suppliers = await ports.memory.linkedSuppliers([...new Set(page.map((row) => row.SupplierID))]);
    const links: Link[] = [];
    for (const row of page) {
      if (!suppliers.has(row.SupplierID) || row.Status.toUpperCase() === 'VOIDED') continue;
      if (await ports.isTaken(row.ID, '')) continue;
      const purchase = await ports.target.readPurchase(row.ID, ports.signal);
      const recordKey = findMarkedKey(purchase?.Note ?? '', ports.settings.marker, 'PO');
      if (purchase === undefined || recordKey === undefined || found.has(recordKey)) continue;
      const link = linkOf(recordKey, purchase);
      found.set(recordKey, link);
      links.push(link);
    }
    await ports.memory.saveFound(links);
  }
  await ports.memory.note(REDISCOVERY, 'done' satisfies RediscoveryState);
  return found;
}

/** The header that a purchase has in Cin7, in the form in which it is sent. */
export function headerOf(purchase: Cin7Purchase): PurchaseHeaderFields {
  return {
    SupplierID: purchase.SupplierID,
    Location: purchase.Location,
    Approach: purchase.Approach.toUpperCase() === 'STOCK' ? 'STOCK' : 'INVOICE',
    TaxRule: purchase.TaxRule,
    Terms: purchase.Terms,
    RequiredBy: purchase.RequiredBy.slice(0, 'yyyy-MM-dd'.length),
    Note: purchase.Note,
  };
}

function linkOf(recordKey: string, purchase: Cin7Purchase): Link {
  const payload: PurchasePayload = {
    header: headerOf(purchase),
    order: EMPTY_ORDER,
    lineNumbers: [],
    chargeNumbers: [],
    lineAmounts: [],
  };
  return {
    recordKey,
    cin7Id: purchase.ID,
    cin7Number: purchase.OrderNumber,
    state: 'begun',
    label: recordKey,
    nameKey: '',
    fingerprint: '',
    payload: JSON.stringify(payload),
    details: '{}',
  };
}
