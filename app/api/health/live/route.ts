export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

/** The process answers. Touches nothing: also what benches take as the most this server can do. */
export const GET = (): Response =>
  Response.json({ status: 'ok' }, { headers: { 'cache-control': 'no-store' } })
