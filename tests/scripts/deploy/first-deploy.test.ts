import { expect, test } from 'vitest'
import { decideDeploy } from '../../../scripts/deploy/decide.ts'
import { whyNothingRuns } from '../../../scripts/deploy/first-deploy.ts'

const url = 'https://act.example.org'
const answering = (status: number) => async () => new Response(null, { status })
const failing = (code: string) => async () => {
  throw new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) })
}

test('a host without an address, or without /healthz, is taken for a first deploy; any other answer is not', async () => {
  expect(await whyNothingRuns(url, answering(404))).toContain('404')
  expect(await whyNothingRuns(url, failing('ENOTFOUND'))).toContain('no address')
  for (const status of [200, 401, 403, 500, 503]) expect(await whyNothingRuns(url, answering(status))).toBeUndefined()
  for (const code of ['EAI_AGAIN', 'ECONNREFUSED', 'ETIMEDOUT'])
    expect(await whyNothingRuns(url, failing(code))).toBeUndefined()
})

test('a first deploy goes on and says that nothing runs there yet, without --force', () => {
  const { deploys, text } = decideDeploy({ kind: 'nothing-there', url, why: '/healthz answers 404' })
  expect(deploys).toBe(true)
  expect(text).toContain(`Nothing runs at ${url} yet`)
  expect(text).not.toContain('--force')
})
