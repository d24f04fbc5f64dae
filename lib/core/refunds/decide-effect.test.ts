import { describe, expect, it } from 'vitest'
import type { PaymentReturn } from '../ports/payment-provider'
import { decideEffect } from './decide-effect'

const said = (kind: PaymentReturn['kind'], state: string, isWithdrawn: boolean): PaymentReturn => ({
  id: 'x_1',
  kind,
  state,
  currency: 'USD',
  amount: null,
  isWithdrawn,
  reason: null,
  respondBy: null,
  createdAt: new Date('2026-11-21T12:00:00Z'),
  requestId: null,
})

describe('decideEffect', () => {
  it.each([
    ['refund', 'pending', true, 'claws'],
    ['refund', 'requires_action', true, 'claws'],
    ['refund', 'succeeded', true, 'claws'],
    ['refund', 'failed', false, 'none'],
    ['refund', 'canceled', false, 'none'],
    ['dispute', 'needs_response', true, 'holds'],
    ['dispute', 'needs_response', false, 'holds'],
    ['dispute', 'under_review', true, 'holds'],
    ['dispute', 'appeal_needs_response', true, 'holds'],
    ['dispute', 'appeal_under_review', true, 'holds'],
    ['dispute', 'won', false, 'none'],
    ['dispute', 'lost', true, 'claws'],
    ['dispute', 'lost', false, 'claws'],
    ['dispute', 'warning_needs_response', false, 'none'],
    ['dispute', 'warning_under_review', false, 'none'],
    ['dispute', 'warning_closed', false, 'none'],
    ['dispute', 'prevented', true, 'claws'],
    ['dispute', 'prevented', false, 'none'],
    ['dispute', 'a_word_of_next_year', true, 'holds'],
    ['dispute', 'a_word_of_next_year', false, 'none'],
    ['warning', 'actionable', false, 'holds'],
    ['warning', 'not_actionable', false, 'none'],
  ] as const)('a %s that is %s, the money withdrawn: %s, %s', (kind, state, isWithdrawn, effect) => {
    expect(decideEffect(said(kind, state, isWithdrawn))).toBe(effect)
  })
})
