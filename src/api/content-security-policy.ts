/**
 * What a page of the console may load and do, as strict as its component library allows.
 *
 * Scripts come from this server alone, none inline. Style attributes in HTML are refused; React sets styles through the DOM, which
 * the policy does not concern. Style elements need the nonce of their page, because the library writes its theme into one: the server
 * puts `reply.cspNonce.style` into the page (`withStyleNonce`), and the console hands it to `MantineProvider getStyleNonce` and to
 * `setNonce` of `get-nonce`. Images may be `data:` for the QR code of a second factor.
 */
export const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    scriptSrcAttr: ["'none'"],
    styleSrc: ["'self'"],
    styleSrcAttr: ["'none'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    manifestSrc: ["'self'"],
    objectSrc: ["'none'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

/** The place in the console's page where the nonce goes: `<meta name="csp-nonce" content="__CSP_NONCE__">`. */
export const NONCE_PLACE = '__CSP_NONCE__';

/** The console's page with the nonce of this answer. It must not be kept by caches. */
export function withStyleNonce(html: string, nonce: string): string {
  return html.replaceAll(NONCE_PLACE, nonce);
}
