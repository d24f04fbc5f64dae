import { checkHealth } from '@/lib/jobs/check-health'
import { container } from '@/lib/server/container'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export async function GET(): Promise<Response> {
  const health = await checkHealth(container())
  const status = health.status === 'ok' ? 200 : 503
  return Response.json(health, { status, headers: { 'cache-control': 'no-store' } })
}
