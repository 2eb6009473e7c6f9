import { Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useAct } from '../../api/act.ts';
import { post } from '../../api/client.ts';
import { type Delivery, deliveriesPage } from '../../api/notices.ts';
import { Tag } from '../../components/badges.tsx';
import { type Column, Listing } from '../../components/listing.tsx';
import { MayButton } from '../../components/may-button.tsx';
import { Moment } from '../../components/moment.tsx';
import { MorePages } from '../../components/more-pages.tsx';
import { Problem } from '../../components/problem.tsx';
import { Loading } from '../../components/states.tsx';
import { notices as texts } from '../../texts/people.ts';

const COLOURS = { waiting: 'gray', delivered: 'teal', failed: 'red' } as const;

/** What was sent where, and whether it arrived; what was given up can be sent again. */
export function Deliveries() {
  const pages = useInfiniteQuery({
    queryKey: ['notice-deliveries'],
    queryFn: ({ pageParam, signal }) => deliveriesPage(pageParam, signal),
    initialPageParam: undefined as string | undefined, // The first page has no cursor.
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const again = useAct((id: string) => post(`/notice-deliveries/${id}/retry`));
  if (pages.isPending) return <Loading />;
  if (pages.isError) return <Problem error={pages.error} onRetry={() => void pages.refetch()} />;
  const items = pages.data.pages.flatMap((page) => page.items);
  if (items.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {texts.noDeliveriesText}
      </Text>
    );
  const columns: readonly Column<Delivery>[] = [
    { key: 'at', header: texts.sentAt, cell: ({ createdAt }) => <Moment at={createdAt} /> },
    { key: 'title', header: texts.title, cell: ({ title }) => title },
    {
      key: 'state',
      header: texts.state,
      cell: ({ state, attempts, lastError }) => (
        <Stack gap={2} align="flex-start">
          <Tag colour={COLOURS[state]} text={texts.delivery[state]} />
          {lastError !== null && (
            <Text size="xs" c="dimmed" className="breaks">
              {texts.attempts(attempts)}: {lastError}
            </Text>
          )}
        </Stack>
      ),
    },
    {
      key: 'again',
      header: texts.again,
      quiet: true,
      cell: ({ id, state, title }) =>
        state === 'failed' ? (
          <MayButton
            role="operator"
            size="xs"
            variant="default"
            aria-label={texts.againOf(title)}
            onClick={() => again.mutate(id)}
          >
            {texts.again}
          </MayButton>
        ) : (
          ''
        ),
    },
  ];
  return (
    <Stack>
      <Listing caption={texts.deliveries} rows={items} rowKey={({ id }) => id} columns={columns} />
      <MorePages query={pages} />
    </Stack>
  );
}
