const API_PATH = /^\/ExternalApi(\/|$)/i;

/**
 * Where people open a supplier or a purchase in Cin7 Core itself; null where the API stands behind another address, so that nobody
 * knows where its pages are.
 *
 * @param settings `url` and `purchasePath` of the connection: purchases that were created as advanced ones have a page of their own.
 * Source: links of public integrations (`/Purchase#ID`, `/PurchaseAdvanced#ID`, `/Customer#ID`); that of suppliers is inferred from them.
 */
export function cin7PageAddress(
  settings: { readonly url: string; readonly purchasePath: string },
  flow: string,
  cin7Id: string,
): string | null {
  const { origin, pathname } = new URL(settings.url);
  if (!API_PATH.test(pathname)) return null;
  const page = pageOf(flow, settings.purchasePath);
  return page === undefined ? null : `${origin}/${page}#${encodeURIComponent(cin7Id)}`;
}

function pageOf(flow: string, purchasePath: string): string | undefined {
  if (flow === 'suppliers') return 'Supplier';
  if (flow !== 'purchases') return undefined;
  return purchasePath === 'purchase' ? 'Purchase' : 'PurchaseAdvanced';
}
