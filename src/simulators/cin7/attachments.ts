import { type Answer, json, refuse } from './answers.ts';
import { type ApiCall, guidParameter } from './call.ts';
import { Fields, Problems } from './fields.ts';
import type { JsonObject } from './json.ts';
import { findPurchase } from './purchase-header.ts';
import type { Purchase } from './purchase-model.ts';
import type { CompanyState } from './state.ts';
import { assumed, recorded } from './texts.ts';

const DOWNLOAD = 'https://inventory.dearsystems.com/Attachment/Download';

/** First characters of base64 content by type; other content is answered as a plain byte stream. */
const SIGNS: readonly (readonly [string, string])[] = [
  ['/9j/', 'image/jpeg'],
  ['iVBOR', 'image/png'],
  ['JVBER', 'application/pdf'],
];

export function getPurchaseAttachments(call: ApiCall, state: CompanyState): Answer {
  return purchaseAnswer(
    findPurchase(guidParameter(call, 'TaskID', recorded.purchaseNotFound), 'advanced', state),
  );
}

export function postPurchaseAttachment(call: ApiCall, state: CompanyState): Answer {
  const problems = new Problems();
  const fields = new Fields(call.body, problems, state.switches);
  const id = fields.guid('PurchaseID', { required: true });
  problems.settle();
  const purchase = findPurchase(id ?? '', 'advanced', state);
  const row = readAttachment(fields, state, problems);
  state.changePurchase(purchase, () => purchase.attachments.push(row));
  return purchaseAnswer(purchase);
}

export function deletePurchaseAttachment(call: ApiCall, state: CompanyState): Answer {
  const id = guidParameter(call, 'ID');
  const holds = (purchase: Purchase): boolean => purchase.attachments.some((row) => row['ID'] === id);
  const purchase = state.purchases.find(holds) ?? refuse(assumed.attachmentNotFound, 404);
  state.changePurchase(purchase, () => {
    purchase.attachments = purchase.attachments.filter((row) => row['ID'] !== id);
  });
  return purchaseAnswer(purchase);
}

function purchaseAnswer(purchase: Purchase): Answer {
  return json({ TaskID: purchase.id, Lines: purchase.attachments });
}

/** Attachments of a product are a bare array, with IsDefault as text. */
export function getProductAttachments(call: ApiCall, state: CompanyState): Answer {
  return json(state.productAttachments.get(guidParameter(call, 'ProductID')) ?? []);
}

export function postProductAttachment(call: ApiCall, state: CompanyState): Answer {
  const problems = new Problems();
  const fields = new Fields(call.body, problems, state.switches);
  const productId = fields.guid('ProductID', { required: true });
  problems.settle();
  if (state.products.byId(productId ?? '') === undefined) return refuse(recorded.productNotFound, 404);
  const { DownloadUrl, FileName = '', ContentType = '', ID = '' } = readAttachment(fields, state, problems);
  const kept = state.productAttachments.get(productId ?? '') ?? [];
  const IsDefault = String(fields.flag('IsDefault') ?? kept.length === 0);
  const row = { ID, ContentType, IsDefault, FileName, DownloadUrl: `${String(DownloadUrl)}&isPublic=True` };
  state.productAttachments.set(productId ?? '', [...kept, row]);
  return json([...kept, row]);
}

export function deleteProductAttachment(call: ApiCall, state: CompanyState): Answer {
  const id = guidParameter(call, 'ID');
  for (const [productId, rows] of state.productAttachments) {
    if (!rows.some((row) => row['ID'] === id)) continue;
    const left = rows.filter((row) => row['ID'] !== id);
    state.productAttachments.set(productId, left);
    return json(left);
  }
  return refuse(assumed.attachmentNotFound, 404);
}

function readAttachment(
  fields: Fields,
  state: CompanyState,
  problems: Problems,
): JsonObject & { DownloadUrl: string } {
  const name = fields.text('FileName', { required: true }) ?? '';
  const url = fields.text('FileDownloadUrl');
  const content = fields.text('Content', { required: url === undefined || url === null || url === '' }) ?? '';
  problems.settle();
  const id = state.chance.guid();
  const type = SIGNS.find(([sign]) => content.startsWith(sign))?.[1] ?? 'application/octet-stream';
  return {
    ID: id,
    ContentType: type,
    FileName: name,
    DownloadUrl: `${DOWNLOAD}?ID=${id}&ContentType=${type}&FileName=${encodeURIComponent(name)}`,
  };
}
