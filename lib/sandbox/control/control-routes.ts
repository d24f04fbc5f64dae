import { z } from 'zod'
import { advanceClock } from '../clock-work'
import { isRecord } from '../is-record'
import { submitCheckout } from '../checkout/submit-checkout'
import { readRetrySettings, RETRY_SETTINGS, RETRY_SETTINGS_NAME } from '../invoices/retry-settings'
import { inOwnUnit, type Program } from '../program'
import { loadFixtures } from './load-fixtures'
import { Impossible, MONEY_CONTROLS } from './money-controls'
import { parseFaults } from './parse-faults'
import { resetState } from './reset-state'

const ADVANCE = z.strictObject({
  seconds: z
    .number()
    .min(0)
    .max(20 * 366 * 86_400),
})

const SUBMISSION = z.strictObject({
  amountCents: z.number().int().nullable().default(null),
  email: z.string().nullable().default(null),
  source: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('new-card'),
      number: z.string(),
      expMonth: z.number().int(),
      expYear: z.number().int(),
      cvc: z.string(),
      name: z.string(),
      save: z.boolean(),
    }),
    z.strictObject({ kind: z.literal('saved-card'), paymentMethodId: z.string() }),
  ]),
  promotionCode: z.string().nullable().default(null),
  authentication: z.enum(['none', 'approved', 'denied']).default('none'),
})

type Control = (program: Program, body: unknown, id: string) => object | Promise<object>

const clockNow = (program: Program): object => ({
  now: new Date(program.clock.nowMilliseconds()).toISOString(),
})

const CONTROLS: Readonly<Record<string, Control>> = {
  'GET clock': clockNow,
  'POST clock/advance': async (program, body) => {
    await advanceClock(program, ADVANCE.parse(body).seconds)
    // Retries that were hours away are due now.
    program.deliveries.hurry()
    return clockNow(program)
  },
  'GET billing-settings': (program) => readBillingSettings(program),
  'POST billing-settings': async (program, body) => {
    const settings = RETRY_SETTINGS.parse(body)
    await program.sql`
      insert into sandbox.settings (name, value) values (${RETRY_SETTINGS_NAME}, ${JSON.stringify(settings)})
      on conflict (name) do update set value = excluded.value`
    return settings
  },
  'POST reset': async (program) => {
    await resetState(program)
    return { reset: true }
  },
  'GET faults': (program) => shownPlan(program),
  'POST faults': (program, body) => {
    program.faults.apply(parseFaults(program.faults.plan, body))
    return shownPlan(program)
  },
  'DELETE faults': (program) => {
    program.faults.clear()
    return shownPlan(program)
  },
  'POST checkout/:id/submit': (program, body, sessionId) => {
    const submission = { ...SUBMISSION.parse(body), sessionId }
    return inOwnUnit(program, (unit) => submitCheckout(unit, submission, program.baseUrl))
  },
  ...MONEY_CONTROLS,
  'POST fixtures': (program, body) => loadFixtures(program, body),
  'GET deliveries': async (program) => ({ deliveries: await listDeliveries(program) }),
  'POST deliveries/flush': async (program) => {
    await program.deliveries.flush()
    return { deliveries: await listDeliveries(program) }
  },
  'GET requests': (program) => ({ requests: program.requests.recent() }),
  'DELETE requests': (program) => {
    program.requests.clear()
    return { requests: [] }
  },
}

/** Answers `/_emulator/…`: the switches that Stripe has not. Bodies and answers are JSON. */
export async function answerControl(program: Program, request: Request): Promise<Response> {
  const url = new URL(request.url)
  const path = url.pathname.slice('/_emulator/'.length)
  const [, before, id, after] = /^([^/]+)\/([^/]+)\/([^/]+)$/.exec(path) ?? []
  const name = before === undefined ? path : `${before}/:id/${after}`
  const control = CONTROLS[`${request.method} ${name}`]
  if (control === undefined)
    return Response.json({ error: { message: `No control ${request.method} ${path}` } }, { status: 404 })
  // A page in a browser has no business here; tests and the app's server send no Origin.
  if (request.headers.has('origin'))
    return Response.json({ error: { message: 'Not for browsers.' } }, { status: 403 })
  try {
    const text = await request.text()
    return Response.json(await control(program, text === '' ? {} : JSON.parse(text), id ?? ''))
  } catch (error) {
    if (error instanceof z.ZodError) {
      return Response.json({ error: { message: z.prettifyError(error) } }, { status: 400 })
    }
    if (error instanceof SyntaxError || error instanceof Impossible)
      return Response.json({ error: { message: error.message } }, { status: 400 })
    throw error
  }
}

function readBillingSettings(program: Program): Promise<object> {
  return inOwnUnit(program, readRetrySettings)
}

function shownPlan({ faults }: Program): object {
  const { planned, ...rest } = faults.plan
  return { ...rest, requests: planned.map((fault) => ({ ...fault, path: fault.path?.source ?? null })) }
}

async function listDeliveries(program: Program): Promise<object[]> {
  const rows = await program.sql`
    select d.id::text, d.event_id as "eventId", e.type, d.endpoint_id as "endpointId", o.body->>'url' as url, d.state,
           d.attempts, d.last_status as "lastStatus", d.last_error as "lastError", d.next_attempt_at as "nextAttemptAt"
      from sandbox.deliveries d
      join sandbox.events e on e.id = d.event_id
      left join sandbox.objects o on o.id = d.endpoint_id
     order by d.id desc limit 1000`
  return rows.filter(isRecord)
}
