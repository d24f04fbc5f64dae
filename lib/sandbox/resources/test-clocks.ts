import { invalidParameter, missingResource, wrongState } from '../http/api-error'
import { required, text, timestamp } from '../http/fields'
import { listObjects, PAGE } from '../http/lists'
import { route } from '../http/routes'
import { newId } from '../ids'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'

const DAY = 86_400

async function findClock(unit: Unit, id: string): Promise<Body<'test_helpers.test_clock'>> {
  const row = await unit.row('test_helpers.test_clock', id)
  if (row === null || row.deleted) throw missingResource('test clock', id, 'id')
  return row.body
}

/** Everything here runs on one emulated time, so a clock's time is that of the program: it can lead it, never lag. */
export const testClockRoutes = [
  route(
    'POST',
    '/v1/test_helpers/test_clocks',
    'test_helpers.test_clock',
    { frozen_time: required(timestamp()), name: text({ max: 300 }) },
    ({ unit, params }) => {
      const clock: Body<'test_helpers.test_clock'> = {
        id: newId('clock'),
        object: 'test_helpers.test_clock',
        created: unit.now,
        deletes_after: unit.now + 30 * DAY,
        frozen_time: params.frozen_time,
        livemode: false,
        name: params.name ?? null,
        status: 'ready',
        status_details: {},
      }
      unit.save('test_helpers.test_clock', clock)
      unit.emit('test_helpers.test_clock.created', clock)
      return Promise.resolve(clock)
    },
  ),

  route('GET', '/v1/test_helpers/test_clocks/:id', 'test_helpers.test_clock', {}, ({ unit, id }) =>
    findClock(unit, id),
  ),

  route(
    'POST',
    '/v1/test_helpers/test_clocks/:id/advance',
    'test_helpers.test_clock',
    { frozen_time: required(timestamp()) },
    async ({ unit, id, params }) => {
      const clock = await findClock(unit, id)
      if (clock.status !== 'ready')
        throw wrongState('The test clock is already advancing.', 'test_clock_advancing')
      if (params.frozen_time <= clock.frozen_time) {
        throw invalidParameter(
          'The frozen_time must be after the current frozen_time of the test clock.',
          'frozen_time',
        )
      }
      if (params.frozen_time > clock.frozen_time + 2 * 366 * DAY) {
        throw invalidParameter('A test clock can be advanced by at most two years at once.', 'frozen_time')
      }
      const advancing: Body<'test_helpers.test_clock'> = {
        ...clock,
        frozen_time: params.frozen_time,
        status: 'advancing',
        status_details: { advancing: { target_frozen_time: params.frozen_time } },
      }
      // Due at once: the program's own clock work carries it out after this answer.
      unit.save('test_helpers.test_clock', advancing, { due: 0 })
      unit.emit('test_helpers.test_clock.advancing', advancing)
      return advancing
    },
  ),

  route('DELETE', '/v1/test_helpers/test_clocks/:id', 'deleted', {}, async ({ unit, id }) => {
    const clock = await findClock(unit, id)
    unit.save('test_helpers.test_clock', clock, { deleted: true, due: null })
    for (const customer of await unit.list('customer', { filters: { test_clock: id }, limit: 100 })) {
      unit.save('customer', customer, { deleted: true })
      unit.emit('customer.deleted', customer)
    }
    unit.emit('test_helpers.test_clock.deleted', clock)
    return { id, object: 'test_helpers.test_clock', deleted: true }
  }),

  route('GET', '/v1/test_helpers/test_clocks', 'list:test_helpers.test_clock', PAGE, ({ unit, params }) =>
    listObjects(unit, 'test_helpers.test_clock', params, { url: '/v1/test_helpers/test_clocks' }),
  ),
]
