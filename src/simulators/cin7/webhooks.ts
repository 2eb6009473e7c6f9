import { type Answer, json, refuse } from './answers.ts';
import { text } from './book.ts';
import { type ApiCall, guidParameter } from './call.ts';
import { Fields, Problems } from './fields.ts';
import type { Json, JsonObject } from './json.ts';
import { existingRow } from './named-books.ts';
import type { CompanyState } from './state.ts';
import { assumed } from './texts.ts';

const PER_TYPE_MAX = 5;
const AUTHORISATIONS = ['noauth', 'basicauth', 'bearerauth'];

/** Types of webhooks that can be registered. Nothing is delivered by the simulator. */
const TYPES = [
  'Sale/Created',
  'Sale/QuoteAuthorised',
  'Sale/OrderAuthorised',
  'Sale/Voided',
  'Sale/Backordered',
  'Sale/ShipmentAuthorised',
  'Sale/InvoiceAuthorised',
  'Sale/PickAuthorised',
  'Sale/PackAuthorised',
  'Sale/CreditNoteAuthorised',
  'Sale/Undo',
  'Sale/PartialPaymentReceived',
  'Sale/FullPaymentReceived',
  'Sale/AttachmentAdded',
  'Sale/AdditionalAttributesChanged',
  'Sale/ShipmentTrackingNumberChanged',
  'Purchase/OrderAuthorised',
  'Purchase/InvoiceAuthorised',
  'Purchase/StockReceivedAuthorised',
  'Purchase/CreditNoteAuthorised',
  'Purchase/Updated',
  'Customer/Updated',
  'Supplier/Updated',
  'Product/Updated',
  'Stock/AvailableStockLevelChanged',
  'Lead/Updated',
  'Lead/Converted',
  'Opportunity/Authorized',
  'Opportunity/AttachmentAdded',
  'Opportunity/Voided',
  'Opportunity/Converted',
  'Task/Overdue',
];

/** The one friendly name that the examples show; the others are not known and repeat the type. */
const NAMES: Readonly<Record<string, string>> = { 'Sale/OrderAuthorised': 'Sale order has been authorised' };

/** Every verb answers `{"Webhooks": [...]}`, without Total and Page; secrets come back in clear. */
export function getWebhooks(_call: ApiCall, state: CompanyState): Answer {
  return json({ Webhooks: state.webhooks.rows });
}

export function writeWebhook(call: ApiCall, state: CompanyState): Answer {
  const old = call.method === 'PUT' ? existingRow(call, state, state.webhooks, 'Webhook') : undefined;
  const problems = new Problems();
  const fields = new Fields(call.body, problems, state.switches);
  const type = fields.text('Type', { required: true, oneOf: TYPES }) ?? '';
  const sameType = state.webhooks.rows.filter((row) => row['Type'] === type && row !== old);
  if (sameType.length >= PER_TYPE_MAX) problems.add(assumed.webhookLimit);
  if (!fields.has('IsActive')) problems.add(assumed.invalid('IsActive'));
  const authorisation =
    fields.text('ExternalAuthorizationType', { required: true, oneOf: AUTHORISATIONS }) ?? '';
  const basic = { required: authorisation === 'basicauth' };
  const row: JsonObject = {
    ID: old?.['ID'] ?? state.chance.guid(),
    Type: type,
    Name: NAMES[type] ?? type,
    IsActive: fields.flag('IsActive') ?? false,
    ExternalURL: fields.text('ExternalURL', { required: true }) ?? '',
    ExternalAuthorizationType: authorisation,
    ExternalUserName: fields.text('ExternalUserName', basic) ?? null,
    ExternalPassword: fields.text('ExternalPassword', basic) ?? null,
    ExternalBearerToken:
      fields.text('ExternalBearerToken', { required: authorisation === 'bearerauth' }) || null,
    ExternalHeaders: readHeaders(fields),
  };
  problems.settle();
  return json({ Webhooks: [state.webhooks.put(row)] });
}

export function deleteWebhook(call: ApiCall, state: CompanyState): Answer {
  const id = guidParameter(call, 'ID');
  const row = state.webhooks.byId(id) ?? refuse(assumed.notFound('Webhook'), 404);
  state.webhooks.remove(text(row['ID']));
  return json({ Webhooks: [row] });
}

function readHeaders(fields: Fields): Json[] {
  return (fields.rows('ExternalHeaders') ?? []).map((row) => ({
    Key: row.text('Key') ?? '',
    Value: row.text('Value') ?? '',
  }));
}
