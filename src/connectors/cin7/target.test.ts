import { describe, expect, test } from 'vitest';
import { decimal } from '../../domain/decimal.ts';
import { RefusedByCin7 } from '../connector.ts';
import {
  type Bench,
  headerFields,
  lineFields,
  never,
  openBench,
  orderFields,
  smallCompany,
  supplierFields,
} from './cin7.testkit.ts';
import { differences } from './differences.ts';

const absentId = '00000000-0000-4000-8000-000000000001';

async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const rows: T[] = [];
  for await (const page of pages) rows.push(...page);
  return rows;
}

const seedSuppliers = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    Name: `Supplier ${String(index).padStart(4, '0')}`,
    Currency: 'USD',
    PaymentTerm: '30 days',
    TaxRule: 'Tax Exempt',
    AccountPayable: '800',
    Status: index % 10 === 0 ? ('Deprecated' as const) : ('Active' as const),
  }));

async function createPurchase(bench: Bench, note = 'JDE 00001-OP-1234-000') {
  const supplier = await bench.target.createSupplier(supplierFields(), never);
  return bench.target.createPurchase(headerFields(supplier.ID, { Note: note }), never);
}

describe('suppliers', () => {
  test('a new supplier is one call and comes back as it was sent', async () => {
    const { target, cin7 } = await openBench();
    const fields = supplierFields({
      TaxNumber: '012345678',
      Addresses: [
        {
          Line1: '1 Ångström Way',
          Line2: '',
          City: 'Göteborg',
          State: '',
          Postcode: '41101',
          Country: 'Sweden',
          Type: 'Billing',
          DefaultForType: true,
        },
      ],
      Contacts: [
        {
          Name: 'A. Clerk',
          Phone: '031 1',
          MobilePhone: '',
          Fax: '',
          Email: 'clerk@example.org',
          Website: '',
          Default: true,
          IncludeInEmail: true,
        },
      ],
    });
    const created = await target.createSupplier(fields, never);
    expect(differences(fields, created)).toEqual([]);
    expect(cin7.callCount).toBe(1);
    const read = await target.readSupplier(created.ID, never);
    expect(read).toMatchObject({ ID: created.ID, TaxNumber: '012345678' });
    expect(differences(fields, read ?? created)).toEqual([]);
  });

  test('an update sends what changed and keeps the rest', async () => {
    const { target } = await openBench();
    const created = await target.createSupplier(supplierFields(), never);
    const updated = await target.updateSupplier(created.ID, { Comments: '', Status: 'Deprecated' }, never);
    expect(updated).toMatchObject({
      ID: created.ID,
      Name: 'Parts Emporium',
      Comments: '',
      Status: 'Deprecated',
    });
  });

  test('are found by the start of their name, deprecated ones too', async () => {
    const { target } = await openBench({ company: { ...smallCompany, suppliers: seedSuppliers(30) } });
    const found = await target.findSuppliersByName('supplier 001', never);
    expect(found.map((supplier) => supplier.Name)).toContain('Supplier 0010');
    expect(found).toHaveLength(10);
    expect(await target.findSuppliersByName('A & B = 100% + ?', never)).toEqual([]);
  });

  test('one that does not exist reads as absent', async () => {
    const { target } = await openBench();
    expect(await target.readSupplier(absentId, never)).toBeUndefined();
  });

  test('are listed completely, deprecated ones too, in pages', async () => {
    const company = { ...smallCompany, suppliers: seedSuppliers(53) };
    const { target, cin7 } = await openBench({ company, settings: { pageLimit: 10 } });
    const rows = await all(target.listSuppliers(never));
    expect(new Set(rows.map((row) => row.ID)).size).toBe(53);
    expect(cin7.callCount).toBe(6);
  });

  test('an empty list is one call', async () => {
    const { target, cin7 } = await openBench();
    expect(await all(target.listSuppliers(never))).toEqual([]);
    expect(cin7.callCount).toBe(1);
  });
});

describe('lists that change while they are read', () => {
  test('one that grows at its end is complete', async () => {
    const company = { ...smallCompany, suppliers: seedSuppliers(25) };
    const { target, cin7 } = await openBench({ company, settings: { pageLimit: 10 } });
    const ids = new Set<string>();
    for await (const page of target.listSuppliers(never)) {
      for (const row of page) ids.add(row.ID);
      if (ids.size === 10) await target.createSupplier(supplierFields(), never);
    }
    expect(ids.size).toBe(cin7.suppliers().length);
  });

  test('one in which a row appears in an earlier page is read again, and each row comes once', async () => {
    const company = { ...smallCompany, suppliers: seedSuppliers(25) };
    const switches = { listOrder: 'name' } as const;
    const { target, cin7 } = await openBench({ company, switches, settings: { pageLimit: 10 } });
    const ids: string[] = [];
    for await (const page of target.listSuppliers(never)) {
      if (ids.length === 0) await target.createSupplier(supplierFields({ Name: 'Aardvark' }), never);
      for (const row of page) ids.push(row.ID);
    }
    expect(ids).toHaveLength(26);
    expect(new Set(ids)).toEqual(new Set(cin7.suppliers().map((row) => row['ID'])));
  });

  test('one that changes each time ends in a fault', async () => {
    const company = { ...smallCompany, suppliers: seedSuppliers(25) };
    const body = JSON.stringify({ Total: 30, Page: 2, SupplierList: [] });
    const { target } = await openBench({
      company,
      settings: { pageLimit: 10 },
      faults: [{ on: { path: '/supplier', rate: 0.6 }, do: { kind: 'status', status: 200, body } }],
    });
    await expect(all(target.listSuppliers(never))).rejects.toMatchObject({ code: 'cin7.list_inconsistent' });
  });

  describe('one whose pages and Total disagree is no list', () => {
    const rows = (count: number): readonly unknown[] =>
      Array.from({ length: count }, (_, index) => ({
        ...supplierFields({ Name: `Supplier ${index}` }),
        ID: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
      }));

    test.each([
      ['fewer rows come than it counts', { Total: 30, SupplierList: [] }, '0 of 30 rows came'],
      ['more rows come than it counts', { Total: 1, SupplierList: rows(2) }, '2 rows came for a Total of 1'],
      ['the same page comes again and again', { Total: 30, SupplierList: rows(2) }, 'a row came twice'],
      [
        'nothing is counted and rows come',
        { Total: 0, SupplierList: rows(2) },
        '2 rows came for a Total of 0',
      ],
    ])('%s', async (_, answer, words) => {
      const body = JSON.stringify({ Page: 1, ...answer });
      const { target } = await openBench({
        faults: [{ on: { path: '/supplier' }, do: { kind: 'status', status: 200, body } }],
      });
      await expect(all(target.listSuppliers(never))).rejects.toMatchObject({
        code: 'cin7.list_inconsistent',
        message: expect.stringContaining(words),
      });
    });

    test.each([
      ['no Total', { SupplierList: rows(2) }],
      ['no rows', { Total: 2 }],
    ])('it comes with %s', async (_, answer) => {
      const body = JSON.stringify({ Page: 1, ...answer });
      const { target } = await openBench({
        faults: [{ on: { path: '/supplier' }, do: { kind: 'status', status: 200, body } }],
      });
      await expect(all(target.listSuppliers(never))).rejects.toMatchObject({
        code: 'cin7.answer_unreadable',
      });
    });
  });

  test('a new supplier appears in the list when its lag has passed', async () => {
    const { target, clock, settings } = await openBench({ switches: { listLagSeconds: 120 } });
    await target.createSupplier(supplierFields(), never);
    expect(await target.findSuppliersByName('Parts', never)).toEqual([]);
    await clock.sleep(settings.listLagSeconds * 1_000 + 1);
    expect(await target.findSuppliersByName('Parts', never)).toHaveLength(1);
  });
});

describe('reference books', () => {
  test('are read with inactive and archived entries', async () => {
    const { target } = await openBench();
    expect(await target.readBook('accounts', never)).toContainEqual(
      expect.objectContaining({ Code: '499', Status: 'ARCHIVED' }),
    );
    expect(await target.readBook('paymentTerms', never)).toContainEqual(
      expect.objectContaining({ Name: 'Cash', IsActive: false }),
    );
    expect(await target.readBook('taxRules', never)).toMatchObject([{ Name: 'Tax Exempt', TaxPercent: '0' }]);
    expect(await target.readBook('locations', never)).toMatchObject([
      { Name: 'Main Warehouse', IsDefault: true },
    ]);
    expect(await target.readBook('units', never)).toMatchObject([{ Name: 'Item' }]);
    expect(await target.readBook('products', never)).toContainEqual(
      expect.objectContaining({ SKU: 'FREIGHT', Type: 'Service', ExpenseAccount: '400' }),
    );
  });

  test('a page that is cut below the asked limit does not end the list', async () => {
    const locations = Array.from({ length: 1_203 }, (_, index) => ({ Name: `Bin ${index}` }));
    const { target, cin7 } = await openBench({ company: { ...smallCompany, locations } });
    expect(await target.readBook('locations', never)).toHaveLength(1_203);
    expect(cin7.callCount).toBe(3);
  });

  test('an account can be created', async () => {
    const { target } = await openBench();
    const account = { Code: '401', Name: 'Print', Type: 'EXPENSE', Status: 'ACTIVE', Class: 'EXPENSE' };
    expect(await target.createAccount(account, never)).toMatchObject(account);
  });
});

describe('purchases', () => {
  test.each(['advanced-purchase', 'purchase'] as const)(
    'are made in two calls (%s)',
    async (purchasePath) => {
      const bench = await openBench({ settings: { purchasePath } });
      const purchase = await createPurchase(bench);
      expect(purchase).toMatchObject({
        Note: 'JDE 00001-OP-1234-000',
        Order: { Status: 'NOT AVAILABLE', Lines: [] },
      });
      expect(differences(headerFields(purchase.SupplierID), purchase)).toEqual([]);
      const order = orderFields([lineFields(), lineFields({ SKU: 'PUMP', Name: 'Pump', Comment: 'line 2' })]);
      const written = await bench.target.writeOrder(purchase.ID, order, never);
      expect(differences(order, written)).toEqual([]);
      expect(bench.cin7.callCount).toBe(3);
      const read = await bench.target.readPurchase(purchase.ID, never);
      expect(read?.Order).toEqual(written);
    },
  );

  test('charges name a service product', async () => {
    const bench = await openBench();
    const { ID } = await createPurchase(bench);
    const charge = {
      Description: 'Freight',
      Reference: 'line 3',
      Quantity: decimal(1),
      Price: decimal('12.5'),
      Discount: decimal(0),
      Tax: decimal(0),
      TaxRule: 'Tax Exempt',
      Total: decimal('12.5'),
    };
    const order = { ...orderFields([lineFields()]), AdditionalCharges: [charge] };
    const written = await bench.target.writeOrder(ID, order, never);
    expect(differences(order, written)).toEqual([]);
    expect(written.Total).toBe('33');
  });

  test('amounts arrive with all their digits', async () => {
    const bench = await openBench();
    const { ID } = await createPurchase(bench);
    const line = lineFields({
      Quantity: decimal('123456789012.3456'),
      Price: decimal('0.0001'),
      Total: decimal('12345678.90'),
    });
    const written = await bench.target.writeOrder(ID, orderFields([line]), never);
    expect(written.Lines[0]).toMatchObject({ Quantity: '123456789012.3456', Price: '0.0001' });
  });

  test('lines are overwritten while the order is a draft, and refused after that', async () => {
    const bench = await openBench();
    const { ID } = await createPurchase(bench);
    await bench.target.writeOrder(ID, orderFields([lineFields()]), never);
    const second = orderFields([lineFields({ SKU: 'PUMP', Name: 'Pump' })]);
    expect((await bench.target.writeOrder(ID, second, never)).Lines).toHaveLength(1);
    await bench.target.writeOrder(ID, { ...second, Status: 'AUTHORISED' }, never);
    await expect(bench.target.writeOrder(ID, second, never)).rejects.toBeInstanceOf(RefusedByCin7);
    await bench.target.undoPurchase(ID, never);
    expect((await bench.target.readPurchase(ID, never))?.Order.Status).toBe('DRAFT');
    await bench.target.voidPurchase(ID, never);
    expect((await bench.target.readPurchase(ID, never))?.Status).toBe('VOIDED');
  });

  test('a wrong total is refused with the words of Cin7', async () => {
    const bench = await openBench();
    const { ID } = await createPurchase(bench);
    const order = orderFields([lineFields({ Total: decimal('20.51') })]);
    await expect(bench.target.writeOrder(ID, order, never)).rejects.toThrow(/Expected value is: 20\.50?/);
  });

  test('the header can be changed, and a date cleared', async () => {
    const bench = await openBench();
    const { ID, RequiredBy } = await createPurchase(bench);
    expect(RequiredBy.slice(0, 10)).toBe('2027-03-01');
    const updated = await bench.target.updatePurchase(ID, { Note: 'changed', RequiredBy: '' }, never);
    expect(updated).toMatchObject({ ID, Note: 'changed', RequiredBy: '' });
  });

  test('one that does not exist reads as absent', async () => {
    const { target } = await openBench();
    expect(await target.readPurchase(absentId, never)).toBeUndefined();
  });

  test('are listed by the time of their last change', async () => {
    const bench = await openBench();
    await createPurchase(bench, 'first');
    await bench.clock.sleep(600_000);
    const since = bench.clock.now();
    const supplier = await bench.target.createSupplier(supplierFields({ Name: 'Second' }), never);
    const second = await bench.target.createPurchase(headerFields(supplier.ID), never);
    const rows = await all(bench.target.listPurchases(since, never));
    expect(rows).toMatchObject([{ ID: second.ID, SupplierID: supplier.ID, OrderNumber: second.OrderNumber }]);
  });
});
