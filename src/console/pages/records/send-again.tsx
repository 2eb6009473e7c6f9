import { getRouteApi } from '@tanstack/react-router';
import type { SendWay } from '../../api/replay.ts';
import { useMay } from '../../api/session.ts';
import type { RecordLife } from '../../api/types.ts';
import { MayButton } from '../../components/may-button.tsx';
import { replayTexts as texts } from '../../texts/replay.ts';
import { ReplayDialog } from './replay-dialog.tsx';

const route = getRouteApi('/c/$connection/records/$flow/$recordKey');

interface SendAgainProps {
  readonly connection: string;
  readonly record: RecordLife;
}

/** Sends one record once more. What is asked stands in the address, so that other pages can lead to it. */
export function SendAgain({ connection, record }: SendAgainProps) {
  const { send } = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay('operator');
  const refusal = refusalOf(record);
  const ask = (way: SendWay | undefined): void => {
    void navigate({ search: way === undefined ? {} : { send: way }, replace: send !== undefined });
  };
  return (
    <>
      <MayButton role="operator" variant="default" refusal={refusal} onClick={() => ask('again')}>
        {texts.open}
      </MayButton>
      {send !== undefined && may && refusal === undefined && (
        <ReplayDialog
          connection={connection}
          record={record}
          // What is linked to nothing has nothing to forget.
          way={record.cin7 === null ? 'again' : send}
          onWay={ask}
          onClose={() => ask(undefined)}
        />
      )}
    </>
  );
}

/** Why it cannot be sent now, whoever asks. */
function refusalOf({ jde, openWrite }: RecordLife): string | undefined {
  if (jde.length === 0) return texts.nothingRead;
  return openWrite === null ? undefined : texts.openWrite;
}
