import { List, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { get } from '../../api/client.ts';
import {
  CROSSWALK_KIND_NAMES,
  type CrosswalkKind,
  type CrosswalkRow,
  crosswalkQuery,
} from '../../api/crosswalk.ts';
import type { FlowName, PlanSummary, Run } from '../../api/types.ts';
import { Go } from '../../components/go.tsx';
import { type Column, Listing } from '../../components/listing.tsx';
import { Loaded } from '../../components/states.tsx';
import { nextText, recordsText, whyText } from '../../texts/causes.ts';
import { codeName, crosswalk } from '../../texts/crosswalk.ts';
import { setUp as texts } from '../../texts/set-up.ts';
import { listed } from '../../texts/words.ts';
import { Figures } from '../plan/figures.tsx';

interface FitReportProps {
  readonly run: Run;
  readonly plan: PlanSummary;
  readonly connection: string;
}

interface PlanCause {
  readonly flow: FlowName;
  readonly code: string;
  readonly field: string;
  readonly count: number;
  readonly hint: string;
  readonly example: { readonly recordKey: string; readonly label: string; readonly detail: string };
}

interface PlanCauses {
  readonly items: readonly PlanCause[];
  /** What the first load takes once nothing is parked any more. */
  readonly released: { readonly writes: number; readonly minutes: number };
}

/** Whether it will work: how much arrives, what waits and why, how long the first load takes. */
export function FitReport({ run, plan, connection }: FitReportProps) {
  const causes = useQuery({
    queryKey: ['run', run.id, 'causes'],
    queryFn: ({ signal }) => get<PlanCauses>(`/runs/${run.id}/causes`, {}, signal),
  });
  const released = causes.data?.released;
  return (
    <Stack>
      <Stack gap={4} role="status">
        <Text fw={600}>{verdictOf(plan)}</Text>
        <Text>{parkedOf(plan)}</Text>
        <Text>{texts.load(texts.minutes(plan.minutes), plan.writes)}</Text>
        {released !== undefined && released.writes > plan.writes && (
          <Text>{texts.released(texts.minutes(released.minutes), released.writes)}</Text>
        )}
        <Text>{texts.afterwards}</Text>
      </Stack>
      <Figures plan={plan} />
      <UnmappedCodes connection={connection} />
      <Loaded query={causes}>
        {({ items }) =>
          items.length === 0 ? null : (
            <Stack gap="xs">
              <Title order={3} size="h5">
                {texts.causesTitle}
              </Title>
              <List spacing="xs">
                {items.map((cause) => (
                  <List.Item key={`${cause.flow} ${cause.code} ${cause.field}`}>
                    <Text size="sm" fw={600}>
                      {recordsText(cause.flow, cause.count)} {whyText(cause.code, cause.count)}
                    </Text>
                    <Text size="sm">{nextText(cause.code, cause.hint)}</Text>
                    <Text size="sm" c="dimmed" className="breaks">
                      {cause.example.label}: {cause.example.detail}
                    </Text>
                  </List.Item>
                ))}
              </List>
            </Stack>
          )
        }
      </Loaded>
      <Go to="/c/$connection/plan" params={{ connection }} search={{ run: run.id }} size="sm">
        {texts.allChanges}
      </Go>
    </Stack>
  );
}

function verdictOf({ flows }: PlanSummary): string {
  return texts.verdict(
    recordsText('suppliers', flows.suppliers?.create ?? 0),
    recordsText('purchases', flows.purchases?.create ?? 0),
  );
}

function parkedOf({ flows }: PlanSummary): string {
  const parked = (['suppliers', 'purchases'] as const).flatMap((flow) => {
    const count = flows[flow]?.park ?? 0;
    return count === 0 ? [] : [recordsText(flow, count)];
  });
  return parked.length === 0 ? texts.nothingParked : texts.parked(listed(parked));
}

interface KindLine {
  readonly kind: CrosswalkKind;
  readonly rows: readonly CrosswalkRow[];
}

const CODES_MAX = 500;
const SHOWN = 6;

/** Codes without an entry in Cin7, by kind. */
function UnmappedCodes({ connection }: { readonly connection: string }) {
  const open = useQuery(crosswalkQuery(connection, { needsPerson: true, limit: CODES_MAX }));
  const rows = open.data?.items ?? [];
  if (rows.length === 0) return null;
  const lines = CROSSWALK_KIND_NAMES.map((kind) => ({ kind, rows: rows.filter((row) => row.kind === kind) }));
  const columns: readonly Column<KindLine>[] = [
    {
      key: 'kind',
      header: texts.kind,
      cell: ({ kind, rows: { length } }) =>
        texts.codes(length, length === 1 ? crosswalk.kinds[kind].one : crosswalk.kinds[kind].many),
    },
    {
      key: 'which',
      header: texts.which,
      cell: ({ rows: codes }) => (
        <span className="breaks">
          {codes.slice(0, SHOWN).map(codeName).join(', ')}
          {codes.length > SHOWN ? ', …' : ''}
        </span>
      ),
    },
    {
      key: 'map',
      header: texts.mapThem,
      quiet: true,
      cell: ({ kind }) => (
        <Go
          to="/c/$connection/crosswalk"
          params={{ connection }}
          search={{ kind }}
          size="sm"
          className="one-line"
        >
          {texts.mapThem}
        </Go>
      ),
    },
  ];
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">
        {texts.codesTitle}
      </Title>
      <Text size="sm">{texts.codesText}</Text>
      <Listing
        caption={texts.codesTitle}
        rows={lines.filter(({ rows: codes }) => codes.length > 0)}
        rowKey={({ kind }) => kind}
        columns={columns}
      />
    </Stack>
  );
}
