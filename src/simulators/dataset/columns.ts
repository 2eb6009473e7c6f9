/**
 * The shape of a data set: five CSV files, every cell kept as the text that was in the file.
 *
 * Required columns are those of the public data-set format. Optional columns say what such data lacks and JDE
 * holds; a file may have any of them. In an optional column an empty cell means "as by the rule" (see
 * `conventions.ts`), and `*BLANK` means JDE's own blank code, which is a value of its own for payment terms or tax.
 */

const suppliers = {
  required: [
    'supplier_id',
    'supplier_id_origin',
    'source',
    'source_key',
    'name',
    'other_names',
    'address_line_1',
    'address_line_2',
    'city',
    'state',
    'postal_code',
    'country',
    'phone',
    'fax',
    'email',
    'registration_type',
    'registration_id',
    'category',
    'currency',
    'currency_origin',
    'orders_in_set',
  ],
  optional: [
    'search_type',
    'payment_terms',
    'tax_area',
    'tax_code',
    'hold_payment',
    'payables_flag',
    'mailing_name',
  ],
} as const;

const purchaseOrders = {
  required: [
    'order_id',
    'order_seq',
    'source',
    'order_kind',
    'order_number',
    'supplier_id',
    'supplier_name_on_order',
    'department',
    'order_date',
    'order_date_source',
    'currency',
    'currency_source',
    'reference',
    'reference_2',
    'description',
    'incoterm',
    'ship_mode',
    'destination_country',
    'line_count',
    'order_total',
  ],
  optional: [
    'order_type',
    'company',
    'branch_plant',
    'hold_code',
    'currency_mode',
    'exchange_rate',
    'base_currency',
    'payment_terms',
    'tax_area',
    'tax_code',
    'requested_date',
  ],
} as const;

const purchaseOrderLines = {
  required: [
    'order_id',
    'line_number',
    'line_number_origin',
    'line_kind',
    'item_id',
    'item_number_source',
    'manufacturer',
    'description',
    'description_2',
    'uom',
    'pack_size',
    'quantity',
    'unit_price',
    'unit_price_each',
    'extended_amount',
    'amount_source',
    'currency',
    'account_id',
    'business_unit',
    'object',
    'subsidiary',
    'category_code',
    'category_name',
    'line_date',
    'promised_date',
    'delivered_date',
    'line_reference',
    'freight_source',
    'insurance_source',
    'weight_source',
    'source_file',
    'source_row',
  ],
  optional: [
    'line_type',
    'next_status',
    'last_status',
    'received_quantity',
    'branch_plant',
    'tax_area',
    'tax_code',
    'foreign_unit_price',
    'foreign_extended_amount',
  ],
} as const;

const items = {
  required: [
    'item_id',
    'item_number',
    'item_number_origin',
    'source',
    'description',
    'other_descriptions',
    'description_2',
    'manufacturer',
    'uom',
    'other_uoms',
    'pack_size',
    'category_code',
    'category_name',
    'last_unit_price',
    'currency',
    'lines_in_set',
  ],
  optional: ['stocking_type', 'line_type'],
} as const;

const accounts = {
  required: [
    'account_id',
    'source',
    'business_unit',
    'business_unit_padded',
    'business_unit_name',
    'business_unit_type',
    'business_unit_level',
    'object',
    'subsidiary',
    'description',
    'other_descriptions',
    'parent_object',
    'parent_description',
    'level_of_detail',
    'lines_in_set',
    'used_by',
  ],
  optional: [
    'company',
    'posting_edit_code',
    'model_flag',
    'business_unit_posting',
    'category_21',
    'account_aid',
  ],
} as const;

/** Columns per file; the file of `purchaseOrders` is `purchase_orders.csv`. */
export const COLUMNS = { suppliers, purchaseOrders, purchaseOrderLines, items, accounts } as const;

export type TableName = keyof typeof COLUMNS;

export const FILES: Readonly<Record<TableName, string>> = {
  suppliers: 'suppliers.csv',
  purchaseOrders: 'purchase_orders.csv',
  purchaseOrderLines: 'purchase_order_lines.csv',
  items: 'items.csv',
  accounts: 'accounts.csv',
};

/** One row of a table: all required columns, and those of the optional ones that the file has. */
export type Row<T extends TableName> = Readonly<
  Record<(typeof COLUMNS)[T]['required'][number], string> &
    Partial<Record<(typeof COLUMNS)[T]['optional'][number], string>>
>;

export type SupplierRow = Row<'suppliers'>;
export type OrderRow = Row<'purchaseOrders'>;
export type LineRow = Row<'purchaseOrderLines'>;
export type ItemRow = Row<'items'>;
export type AccountRow = Row<'accounts'>;

/** A whole data set, rows in file order. */
export interface Dataset {
  readonly suppliers: readonly SupplierRow[];
  readonly purchaseOrders: readonly OrderRow[];
  readonly purchaseOrderLines: readonly LineRow[];
  readonly items: readonly ItemRow[];
  readonly accounts: readonly AccountRow[];
}

/** Says which cell of which file is wrong. Row 1 is the header, so the first data row is row 2. */
export class DatasetError extends Error {
  override readonly name = 'DatasetError';
  readonly file: string;
  readonly row: number;
  readonly column: string;

  constructor(at: { file: string; row: number; column: string }, problem: string, cause?: unknown) {
    super(`${at.file}, row ${at.row}, column ${at.column || '-'}: ${problem}`, { cause });
    this.file = at.file;
    this.row = at.row;
    this.column = at.column;
  }
}

/**
 * The key of an account: two sources may use one code for different accounts.
 * A business unit, object and subsidiary hold no vertical bar.
 */
export function accountKey(source: string, accountId: string): string {
  return `${source}|${accountId}`;
}
