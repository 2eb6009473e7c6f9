import type { MappingSettings } from '../../config/settings.ts';
import type { Cin7Product } from '../../connectors/cin7/fields.ts';
import type { CrosswalkView } from '../../crosswalk/view.ts';
import type { Decimal } from '../../domain/decimal.ts';

/** A supplier as far as an order needs it. */
export type OrderSupplier =
  | { readonly state: 'here'; readonly cin7Id: string; readonly currency: string }
  /** Not in Cin7; `why` is the reason it is parked for, or that it is not known. */
  | { readonly state: 'waiting'; readonly why: string };

export interface PurchaseContext {
  readonly settings: MappingSettings;
  readonly crosswalk: CrosswalkView;
  supplier(addressNumber: string): OrderSupplier;
  /** Domestic currency of a JDE company; `''` when unknown. */
  companyCurrency(company: string): string;
  product(sku: string): Cin7Product | undefined;
  taxPercent(taxRule: string): Decimal;
  /** Line numbers that Cin7 already has for an order. */
  sentLines(recordKey: string): ReadonlySet<string>;
}
