import { expect, test } from 'vitest'
import { decideDeploy } from '../../../scripts/deploy/decide.ts'
import { DISPATCH_PHASES } from '../../../src/dispatch/dispatch-request.ts'

const url = 'https://act.example.org'
const dispatch = (state: string) => ({ id: 'd1', campaign: 'ferry', state, counts: { waiting: 40, planned: 100 } })
const decided = (...states: string[]) =>
  decideDeploy({ kind: 'dispatches', url, dispatches: states.map((state) => dispatch(state)) })

test('a deploy is refused exactly while a dispatch plans or sends, and the refusal names it', () => {
  expect(DISPATCH_PHASES.filter((state) => !decided(state).deploys)).toEqual(['planning', 'running'])
  expect(decided('finished', 'running', 'paused').deploys).toBe(false)
  expect(decided('running').text).toContain('ferry: running, 40 of 100 people wait (d1)')
  expect(decided().deploys).toBe(true)
})

test('where nothing is deployed yet it deploys; where the answer is not known it does not, and says how to', () => {
  expect(decideDeploy({ kind: 'no-address' }).deploys).toBe(true)
  expect(decideDeploy({ kind: 'no-tocsin', url }).deploys).toBe(true)
  for (const kind of ['no-token', 'token-refused'] as const) {
    expect(decideDeploy({ kind, url })).toMatchObject({ deploys: false, text: expect.stringContaining('--force') })
  }
  const unreachable = decideDeploy({ kind: 'unreachable', url, why: 'ENOTFOUND' })
  expect([unreachable.deploys, unreachable.text]).toEqual([false, expect.stringMatching(/ENOTFOUND.*--force/)])
})
