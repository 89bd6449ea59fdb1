import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { type Gate, startGate } from '../../../scripts/serve/gate.ts'

const closing: Array<() => void> = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A server behind the gate that answers with the request it got, after `slowMs`. */
async function echo(slowMs = 0): Promise<string> {
  const server = createServer(async (request, response) => {
    const body = await text(request)
    await delay(slowMs)
    response.writeHead(201, { 'x-seen': `${request.method} ${request.url} ${request.headers.host}` }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function gateOf(waitMs?: number): Promise<Gate> {
  const gate = await startGate(0, { id: 'own', ...(waitMs !== undefined && { waitMs }) })
  closing.push(() => gate.close())
  return gate
}

test('requests before the start and during a restart wait, and are then answered as they were asked', async () => {
  const gate = await gateOf()
  const early = fetch(`${gate.url}/early?a=1`, { method: 'POST', body: 'words' })
  await delay(50)
  gate.open(await echo())
  const answer = await early
  expect([answer.status, answer.headers.get('x-seen')]).toEqual([201, `POST /early?a=1 ${new URL(gate.url).host}`])
  expect(await answer.text()).toBe('words')

  await gate.hold()
  const waiting = Promise.all(Array.from({ length: 20 }, (_, n) => fetch(`${gate.url}/${n}`)))
  expect(await Promise.race([waiting, delay(100, 'waits')])).toBe('waits')
  gate.open(await echo())
  expect((await waiting).map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201))
})

test('a restart waits for the answers to earlier requests', async () => {
  const gate = await gateOf()
  gate.open(await echo(300))
  const slow = fetch(`${gate.url}/slow`)
  await delay(100)
  const began = performance.now()
  await gate.hold()
  expect(performance.now() - began).toBeGreaterThan(100)
  expect((await slow).status).toBe(201)
})

test('whoever waits too long, or whose runtime is gone, gets a page that loads itself again, or a problem', async () => {
  const gate = await gateOf(50)
  const page = await fetch(`${gate.url}/en/`, { headers: { accept: 'text/html' } })
  expect([page.status, page.headers.get('retry-after')]).toEqual([503, '2'])
  expect(await page.text()).toContain('<meta http-equiv="refresh" content="2">')
  const silenced = console.error
  console.error = () => {}
  gate.open('http://127.0.0.1:1')
  const problem = await fetch(`${gate.url}/api/dispatches`, { method: 'POST', body: '{}' })
  console.error = silenced
  expect([problem.status, problem.headers.get('content-type')]).toEqual([503, 'application/problem+json'])
  expect(await (await fetch(`${gate.url}/.tocsin-server`)).text()).toBe('own')
})
