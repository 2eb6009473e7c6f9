import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Navigate } from '@tanstack/react-router';
import { runQuery } from '../../api/run-watch.ts';
import { connectionsQuery } from '../../api/session.ts';
import { Loaded, Loading } from '../../components/states.tsx';

const route = getRouteApi('/runs/$run');

/** Leads to the page of a run whose connection is not known yet. */
export function RunAlone() {
  const { run: id } = route.useParams();
  const query = useQuery(runQuery(id));
  const { data: connections } = useQuery(connectionsQuery);
  return (
    <Loaded query={query}>
      {({ connectionId }) => {
        const connection = connections?.items.find((each) => each.id === connectionId);
        if (connection === undefined) return <Loading />;
        return (
          <Navigate to="/c/$connection/runs/$run" params={{ connection: connection.name, run: id }} replace />
        );
      }}
    </Loaded>
  );
}
