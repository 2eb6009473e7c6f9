import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { OidcResult, OidcStart } from '../../access/oidc.ts';
import { Fault } from '../../faults/fault.ts';
import { originOf } from '../authenticate.ts';
import type { ApiParts } from '../parts.ts';
import { problemSchema } from '../problem.ts';
import type { Api } from '../server.ts';
import { giveOidcToken, giveSession, oidcTokenOf, ownAddress, personOf } from '../session-cookie.ts';

const CALLBACK = '/api/v1/auth/oidc/callback';
const tags = ['sign-in'];
const body = z.strictObject({
  returnTo: z.string().max(500).optional().describe('Path of the console to go to afterwards.'),
});
const response = {
  200: z.object({ url: z.string().describe('Where the browser goes.') }),
  default: problemSchema,
};

/** Signing in at the OpenID provider. */
export function oidcRoutes(app: Api, parts: ApiParts): void {
  const { access } = parts;
  const order = (request: FastifyRequest<{ Body: z.output<typeof body> }>) => ({
    redirectUri: `${ownAddress(parts, request)}${CALLBACK}`,
    returnTo: request.body.returnTo,
  });

  app.post(
    '/api/v1/auth/oidc/start',
    {
      config: { access: { role: 'public' } },
      schema: { tags, summary: 'Begin a sign-in at the OpenID provider.', body, response },
    },
    async (request, reply) => begin(reply, await access.startOidcSignIn(order(request))),
  );

  app.post(
    '/api/v1/auth/oidc/reauthenticate',
    {
      config: { access: { role: 'viewer' } },
      schema: { tags, summary: 'Prove who you are once more, at the OpenID provider.', body, response },
    },
    async (request, reply) =>
      begin(reply, await access.startOidcReauthentication(personOf(request), order(request))),
  );

  app.post(
    '/api/v1/auth/oidc/link',
    {
      config: { access: { role: 'viewer', signedInLately: true } },
      schema: { tags, summary: 'Link your identity at the OpenID provider with your user.', body, response },
    },
    async (request, reply) => begin(reply, await access.startOidcLink(personOf(request), order(request))),
  );

  app.get(
    CALLBACK,
    {
      config: { access: { role: 'public' } },
      schema: { tags, summary: 'The provider sends the browser back here.' },
    },
    async (request, reply) => {
      const callbackUrl = new URL(request.url, ownAddress(parts, request));
      const back = { callbackUrl, browserToken: oidcTokenOf(request, reply) };
      try {
        const result = await access.finishOidc(back, originOf(request));
        giveSession(reply, tokenOf(result));
        return await reply.redirect(result.returnTo, 303);
      } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        // A person looks at the answer: the console tells what the code means.
        return reply.redirect(`/sign-in?fault=${fault.code}`, 303);
      }
    },
  );
}

function begin(reply: FastifyReply, start: OidcStart): { url: string } {
  giveOidcToken(reply, start.browserToken, start.expiresAtMs);
  return { url: start.url };
}

function tokenOf(result: OidcResult): string {
  return result.purpose === 'sign-in' ? result.signIn.token : result.token;
}
