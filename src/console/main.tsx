import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './console.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from './api/client.ts';
import { meQuery } from './api/session.ts';
import { router } from './router.tsx';
import { theme } from './theme.ts';

const ANSWERS_FRESH_MS = 5_000;
const SIGNED_OUT: ReadonlySet<string> = new Set(['access.session_ended', 'api.not_signed_in']);

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeSignedOut }),
  mutationCache: new MutationCache({ onError: noticeSignedOut }),
  defaultOptions: {
    queries: {
      staleTime: ANSWERS_FRESH_MS,
      // What the server refused it will refuse again; only an unreachable server is asked once more.
      retry: (count, error) => count < 2 && error instanceof ApiError && error.problem.status === 0,
    },
  },
});

// The page that is asked for is still on its way; who asks can be found out meanwhile.
void queries.prefetchQuery(meQuery);

const nonce = document.querySelector('meta[name="csp-nonce"]')?.getAttribute('content') ?? '';
// The library that keeps the page still behind a dialog writes a style element, too, and takes its nonce from here.
Object.assign(globalThis, { __webpack_nonce__: nonce });

const root = document.getElementById('root');
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
        <Notifications position="bottom-right" />
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );

/** A session that has ended leads to the sign-in, whatever was asked for; what was shown before would grow old unseen. */
function noticeSignedOut(error: Error): void {
  if (error instanceof ApiError && SIGNED_OUT.has(error.problem.code))
    queries.setQueryData(meQuery.queryKey, null);
}
