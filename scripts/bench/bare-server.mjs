// The floor of a start and of an idle server: Node with an HTTP server that answers 200. Argument: port.
import { createServer } from 'node:http';

const server = createServer((_, response) => response.end());
server.listen(Number(process.argv[2]), '127.0.0.1');
process.on('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
