import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply } from 'fastify';
import { withStyleNonce } from './content-security-policy.ts';
import type { Api } from './server.ts';

/** Where `npm run build:console` puts the console, seen from src/api and from the program in dist/cli alike. */
const BUILT = resolve(import.meta.dirname, '../../dist/console');

const NOT_BUILT =
  '<!doctype html><html lang="en"><title>ml-connector</title><h1>ml-connector</h1><p>The console is not built. Run <code>npm run build:console</code> and start the server again. The API is at /api/v1.</p></html>';

/** Serves the console: its files for ever, its page anew each time, since it carries a nonce. */
export async function registerConsole(app: Api): Promise<void> {
  const folder = existsSync(join(BUILT, 'index.html')) ? BUILT : undefined;
  const page = folder === undefined ? NOT_BUILT : readFileSync(join(folder, 'index.html'), 'utf8');
  if (folder !== undefined) {
    await app.register(async (scope) => {
      scope.addHook('onRoute', (route) => {
        route.config = { ...route.config, access: { role: 'public' } };
      });
      await scope.register(fastifyStatic, {
        root: join(folder, 'assets'),
        prefix: '/assets/',
        immutable: true,
        maxAge: '365d',
        decorateReply: false,
        schemaHide: true,
        // The build leaves compressed files beside the others.
        preCompressed: true,
      });
      const icon = readFileSync(join(folder, 'icon.svg'));
      scope.get('/icon.svg', { schema: { hide: true } }, (_, reply) =>
        reply.type('image/svg+xml').send(icon),
      );
    });
  }
  const send = (reply: FastifyReply): FastifyReply =>
    reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .serializer((body: unknown) => String(body))
      .send(withStyleNonce(page, reply.cspNonce.style));
  // The paths of pages are the console's own affair; what begins with /api is not.
  for (const url of ['/', '/*']) {
    app.get(
      url,
      { config: { access: { role: 'public' } }, schema: { hide: true } },
      async (request, reply) => {
        if (/^\/(api|assets)(\/|$)/.test(request.url)) return reply.callNotFound();
        return send(reply);
      },
    );
  }
}
