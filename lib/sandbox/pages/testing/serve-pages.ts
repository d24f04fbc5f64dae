import type { PagePort } from '../../page-port'
import { createPageHandler } from '../index'
import { listen, type Server } from './listen'

/** The pages over `port`, on an origin of their own. */
export function servePages(port: PagePort): Promise<Server> {
  return listen(async (request) => {
    const handle = createPageHandler(port, { baseUrl: new URL(request.url).origin })
    return (await handle(request)) ?? new Response('No page\n', { status: 404 })
  })
}
