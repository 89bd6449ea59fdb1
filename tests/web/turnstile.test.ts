import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { verifyTurnstile } from '../../src/web/turnstile.ts'

/** A siteverify server: accepts one response, answers another with invalid JSON, and drops the connection on a third. */
const bodies: string[] = []
const server = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  bodies.push(body)
  const asked = (JSON.parse(body) as { response: string }).response
  if (asked === 'cut') request.socket.destroy()
  else if (asked === 'nonsense') response.end('<html>busy</html>')
  else response.end(JSON.stringify({ success: asked === 'good', 'error-codes': [] }))
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const turnstile = { secret: 'secret', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/siteverify` }
afterAll(() => server.close())

test('only a successful answer counts as yes', async () => {
  expect(await verifyTurnstile(turnstile, 'good')).toBe(true)
  for (const response of ['bad', 'nonsense', 'cut']) expect(await verifyTurnstile(turnstile, response)).toBe(false)
  expect(bodies[0]).toBe('{"secret":"secret","response":"good"}')
})

test('a missing or overlong response is refused without a call', async () => {
  const before = bodies.length
  for (const response of [undefined, '', 'x'.repeat(2_049)])
    expect(await verifyTurnstile(turnstile, response)).toBe(false)
  expect(bodies).toHaveLength(before)
})
