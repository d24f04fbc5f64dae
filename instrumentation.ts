/**
 * Next calls it once, before the first request is served: the place to refuse to start. Next bundles it for the edge
 * runtime too, which we do not use and which has none of Node's modules: the condition is decided by the bundler.
 */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { start } = await import('@/lib/server/start')
  await start()
}
