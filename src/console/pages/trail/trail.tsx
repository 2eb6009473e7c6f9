import { useParams, useSearch } from '@tanstack/react-router';
import { useMay } from '../../api/session.ts';
import { GoButton } from '../../components/go.tsx';
import { Page } from '../../components/page.tsx';
import { Empty } from '../../components/states.tsx';
import { ABOUT_CONNECTION, ABOUT_SYSTEM, trail as texts } from '../../texts/trail.ts';
import { ExportMenu } from './export-menu.tsx';
import { TrailView } from './trail-view.tsx';
import { Verify } from './verify.tsx';

/** The trail of a connection. */
export function ConnectionTrail() {
  const { connection } = useParams({ from: '/c/$connection/trail' });
  const filter = useSearch({ from: '/c/$connection/trail' });
  const isAdmin = useMay('admin');
  return (
    <Page
      title={texts.title}
      lead={texts.lead}
      actions={
        <>
          {isAdmin && (
            <GoButton to="/trail" variant="subtle">
              {texts.ofSystem}
            </GoButton>
          )}
          <ExportMenu chain={connection} filter={filter} />
        </>
      }
    >
      <Verify chain={connection} />
      <TrailView chain={connection} filter={filter} abouts={ABOUT_CONNECTION} />
    </Page>
  );
}

/** The trail of what belongs to no connection. */
export function SystemTrail() {
  const filter = useSearch({ from: '/trail' });
  const isAdmin = useMay('admin');
  if (!isAdmin) return <Empty title={texts.noSystem} text={texts.noSystemText} />;
  return (
    <Page
      title={texts.systemTitle}
      lead={texts.systemLead}
      actions={<ExportMenu chain="system" filter={filter} />}
    >
      <Verify chain="system" />
      <TrailView chain="system" filter={filter} abouts={ABOUT_SYSTEM} />
    </Page>
  );
}
