import { z } from 'zod';

const codes = (description: string, preset: readonly string[]) =>
  z
    .array(z.string())
    .default([...preset])
    .describe(description);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a day such as 2026-01-31');

export const accountsSettings = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Read the chart of accounts and match it with Cin7.'),
    companies: codes('JDE companies (CO) whose accounts are matched, such as 00001. Empty: all.', []),
    codeTemplate: z
      .string()
      .regex(
        /\{(OBJ|SUB|MCU|ANS|R021|R022|R023)\}/,
        'must hold at least one of {OBJ} {SUB} {MCU} {ANS} {R021} {R022} {R023}',
      )
      .default('{OBJ}')
      .describe(
        'How the Cin7 account code is made from a JDE account: {OBJ}, {OBJ}.{SUB}, {MCU}.{OBJ}.{SUB}, {ANS} or a category code {R021}.',
      ),
    postingEditCodes: codes(
      'Posting edit codes (GMPEC) of accounts that may be posted to; the empty text is the blank code.',
      ['', 'L', 'S', 'U', 'X'],
    ),
    businessUnitEditCodes: codes('Posting edit codes (MCPECC) of business units that may be posted to.', [
      '',
    ]),
    createAccounts: z
      .boolean()
      .default(false)
      .describe(
        'Create accounts that are missing in Cin7. Only where the chart is not owned by Xero or QuickBooks.',
      ),
    createdAccountType: z.string().default('EXPENSE').describe('Type of accounts that are created.'),
    createdAccountClass: z
      .enum(['ASSET', 'LIABILITY', 'EXPENSE', 'EQUITY', 'REVENUE'])
      .default('EXPENSE')
      .describe('Class of accounts that are created.'),
  })
  .prefault({});

export const suppliersSettings = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Create and update suppliers in Cin7.'),
    searchTypes: codes(
      'JDE search types (ABAT1) that count as suppliers, such as V. Empty: every address number with a supplier master row.',
      [],
    ),
    payablesFlags: codes('Payables flags (ABATP) that count as suppliers, such as Y. Empty: any.', []),
    name: z
      .enum(['mailing', 'alpha'])
      .default('mailing')
      .describe(
        'Which JDE name becomes the supplier name: the mailing name (F0111, falls back to the alpha name) or the alpha name (F0101).',
      ),
    duplicateName: z
      .enum(['suffix', 'park'])
      .default('suffix')
      .describe(
        'Two JDE suppliers of one name: the later one gets its address number behind the name, or is parked.',
      ),
    deprecatedHoldCodes: codes(
      'Hold payment codes (A6HDPY) that make the supplier Deprecated in Cin7, such as Y. Empty: none.',
      [],
    ),
    addressType: z
      .enum(['Business', 'Billing', 'Shipping'])
      .default('Business')
      .describe('Type under which the JDE address is stored in Cin7.'),
    contacts: z
      .enum(['main', 'all'])
      .default('all')
      .describe('Contacts: only the one of the supplier itself, or also those of the who’s who (F0111).'),
    faxTypes: codes('Phone types (01/PH) that are fax numbers.', ['FAX']),
    mobileTypes: codes('Phone types (01/PH) that are mobile phones.', ['CAR', 'MOB']),
    accountPayable: z
      .string()
      .default('')
      .describe(
        'Code of the payables account in Cin7. Empty: the account whose system account is Accounts payable.',
      ),
  })
  .prefault({});

export const purchasesSettings = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Create and update purchase orders in Cin7.'),
    orderTypes: z
      .array(z.string().min(1))
      .min(1)
      .refine(
        (types) => !types.includes('OB'),
        'must not hold OB: a blanket order is not a purchase; its releases are',
      )
      .default(['OP'])
      .describe('JDE order types (DCTO) that are synced. Never OB.'),
    releasableFrom: z
      .string()
      .default('280')
      .describe('Lowest next status (PDNXTR) of a line that goes to Cin7.'),
    releasableTo: z
      .string()
      .default('400')
      .describe('Highest next status (PDNXTR) of a line that goes to Cin7.'),
    cancelledStatuses: codes('Last statuses (PDLTTR) of a cancelled line.', ['980']),
    heldOrders: z
      .enum(['park', 'send'])
      .default('park')
      .describe('An order on hold in JDE (PHHOLD): wait for its release, or send it.'),
    itemNumber: z
      .enum(['LITM', 'AITM', 'ITM'])
      .default('LITM')
      .describe('Which JDE item number is the SKU in Cin7: second, third or short.'),
    textLineTypes: codes('Line types (PDLNTY) that carry text only.', ['T']),
    orderStatus: z
      .enum(['DRAFT', 'AUTHORISED'])
      .default('DRAFT')
      .describe('Status in which new orders arrive in Cin7.'),
    authorisedChange: z
      .enum(['park', 'redo'])
      .default('park')
      .describe(
        'A JDE order changes after it was authorised in Cin7: park it with the difference, or undo and write it again if nothing was received or invoiced.',
      ),
    approach: z
      .enum(['INVOICE', 'STOCK'])
      .default('INVOICE')
      .describe('Cin7 approach: invoice first or stock first.'),
    purchaseType: z.enum(['Simple', 'Advanced']).default('Simple').describe('Cin7 purchase type.'),
    chargesOnly: z
      .enum(['regular', 'service'])
      .default('regular')
      .describe(
        'An order without stock lines arrives as a regular purchase with charges only, or as a service purchase.',
      ),
    chargeWithoutAccount: z
      .enum(['park', 'lineType'])
      .default('park')
      .describe(
        'A line that has neither item nor account: park the order, or take the service product mapped to its line type.',
      ),
    negativeLines: z
      .enum(['park', 'send'])
      .default('park')
      .describe('Lines with a negative quantity or amount.'),
    duplicateSku: z
      .enum(['auto', 'separate', 'merge'])
      .default('auto')
      .describe(
        'Two lines of one SKU: one line each, and added up only where Cin7 refuses that (auto); always one line each (separate); always added up (merge).',
      ),
    otherUnit: z
      .enum(['park', 'primaryUnit'])
      .default('park')
      .describe(
        'A line ordered in another unit than Cin7 keeps the item in: park it, or send JDE’s primary quantity where its primary unit is the one of Cin7.',
      ),
    lineLocation: z
      .enum(['park', 'header'])
      .default('park')
      .describe(
        'Lines of one order for several Cin7 locations: park the order, or use the location of its header.',
      ),
    priceDecimals: z.number().int().min(2).max(4).default(4).describe('Decimals of a price.'),
    totalDecimals: z.number().int().min(2).max(4).default(2).describe('Decimals of a line total.'),
    lineTotal: z
      .enum(['withoutTax', 'withTax'])
      .default('withoutTax')
      .describe('Whether the total of a line that Cin7 checks holds the tax.'),
    lineTax: z
      .enum(['zero', 'fromRule'])
      .default('zero')
      .describe('Tax amount of a line: 0, or the percentage of its tax rule.'),
  })
  .prefault({});

const policy = z
  .strictObject({
    default: z
      .string()
      .default('')
      .describe(
        'What an unmapped code becomes where `unmapped` is `default`, and an empty code where it is not mapped.',
      ),
    unmapped: z
      .enum(['park', 'default'])
      .default('park')
      .describe('A code that is not mapped: park the record, or use the default.'),
  })
  .prefault({});

export const CROSSWALK_KINDS = [
  'account',
  'item',
  'paymentTerm',
  'taxRule',
  'currency',
  'country',
  'location',
  'unit',
  'serviceProduct',
] as const;
export type CrosswalkKind = (typeof CROSSWALK_KINDS)[number];

export const crosswalkSettings = z
  .strictObject({
    item: policy.describe('JDE item number -> Cin7 SKU. An equal SKU matches by itself.'),
    paymentTerm: policy.describe('JDE payment terms (F0014 PTC) -> Cin7 payment term.'),
    taxRule: policy.describe('JDE tax explanation code and area, `V/GB20` -> Cin7 tax rule.'),
    currency: policy.describe('JDE currency -> Cin7 currency. An ISO code matches by itself.'),
    country: policy.describe(
      'JDE country (00/CN) -> country name in Cin7. An ISO code becomes its English name.',
    ),
    location: policy.describe('JDE branch/plant (MCU) -> Cin7 location. An equal name matches by itself.'),
    unit: policy.describe('JDE unit of measure (00/UM) -> Cin7 unit. An equal name matches by itself.'),
    serviceProduct: policy.describe(
      'Cin7 account code, or JDE line type, -> Cin7 service product that stands for it on an order.',
    ),
  })
  .prefault({});

export const runSettings = z
  .strictObject({
    overlapDays: z
      .number()
      .int()
      .min(0)
      .max(60)
      .default(1)
      .describe(
        'How many days before the watermark are read again, since JDE stamps are days of several clocks.',
      ),
    initialSince: day
      .nullable()
      .default(null)
      .describe('First load: only purchase orders changed on this day or later. Null: all.'),
    parkedLookMinutes: z
      .number()
      .min(0)
      .default(60)
      .describe(
        'Runs on a schedule look at parked records again only so often, since each look reads the books of Cin7 (about 6 calls). Runs that people start always look, and so does the run after a change of the settings or of the crosswalk. 0: every run looks.',
      ),
    reconcileReads: z
      .number()
      .int()
      .min(0)
      .max(100_000)
      .default(300)
      .describe(
        'Single suppliers and purchases that a reconcile opens in Cin7, one call each, to tell whether they are ours or gone; with --deep as many again to compare every field.',
      ),
    offlineMinutes: z
      .number()
      .min(0)
      .default(60)
      .describe(
        'A system that goes away in the middle of a run is knocked at so long; then the run ends, and the next one goes on. 0: it ends at once.',
      ),
    probeSeconds: z
      .number()
      .min(1)
      .max(3_600)
      .default(60)
      .describe('Time between two knocks at a system that is away.'),
    deadlineMinutes: z
      .number()
      .int()
      .min(1)
      .default(2_880)
      .describe('A run that takes longer is stopped; the next one goes on.'),
  })
  .prefault({});

export type AccountsSettings = z.infer<typeof accountsSettings>;
export type SuppliersSettings = z.infer<typeof suppliersSettings>;
export type PurchasesSettings = z.infer<typeof purchasesSettings>;
export type CrosswalkSettings = z.infer<typeof crosswalkSettings>;
export type RunSettings = z.infer<typeof runSettings>;

/** What the flows and the engine need to know of a connection's settings. */
export interface MappingSettings {
  /** Stands in every marker; must not change once records were written. */
  readonly marker: string;
  readonly accounts: AccountsSettings;
  readonly suppliers: SuppliersSettings;
  readonly purchases: PurchasesSettings;
  readonly crosswalk: CrosswalkSettings;
  readonly run: RunSettings;
}
