import { DocumentView } from './document-view.tsx';

/** What Cin7 holds or would get of a record, for people. */
export function PayloadView({ payload }: { readonly payload: unknown }) {
  if (typeof payload !== 'object' || payload === null) return null;
  return <DocumentView document={shown({ ...payload })} />;
}

/** Of a purchase its header and its order, as one; beside them the connector keeps its own notes of JDE lines. */
function shown(payload: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { header, order } = payload;
  if (typeof header !== 'object' || typeof order !== 'object') return payload;
  return { ...header, ...order };
}
