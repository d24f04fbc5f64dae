// Next calls it once, before the first request is served: the place to refuse to start.
export { start as register } from '@/lib/server/start'
