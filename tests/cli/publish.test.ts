import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { tocsin } from '../support/terminal.ts'

const SLUG = 'river-street-bakery'
const folder = mkdtempSync(join(tmpdir(), 'tocsin-publish-'))
const servers: Array<ReturnType<typeof createServer>> = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Publishes a copy of a campaign with this status, over a revision of the status `before`, or as a new campaign. */
async function published(status: string, before?: string) {
  const copy = join(folder, SLUG)
  cpSync(join('campaigns', SLUG), copy, { recursive: true })
  const file = join(copy, 'campaign.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^status: .*$/m, `status: ${status}`))
  const server = createServer(({ method }, response) => {
    const isFound = method !== 'GET' || before !== undefined
    response.statusCode = isFound ? 200 : 404
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify(
        isFound
          ? { revision: '0123456789ab', status: before, paused: [] }
          : { type: 'about:blank', title: 'x', status: 404 },
      ),
    )
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const TOCSIN_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return tocsin(['publish', copy, '--yes'], { TOCSIN_URL, TOCSIN_TOKEN: 'a-token' })
}

test('publishing a draft gives no link to a page that does not exist, and says how to make it public', async () => {
  const { status, out, err } = await published('draft')
  expect([status, out]).toEqual([0, expect.stringContaining('as a draft: no page and no mail')])
  expect(out).toContain('status: open')
  expect(out + err).not.toMatch(/campaigns\/river|takes the campaign down/)
})

test('publishing a draft over a public campaign says that it is taken down', async () => {
  const { status, out, err } = await published('draft', 'open')
  expect([status, err]).toEqual([0, expect.stringContaining('this takes the campaign down')])
  expect(out).not.toContain(`/campaigns/${SLUG}`)
})

test('a draft over a draft takes nothing down', async () => {
  expect((await published('draft', 'draft')).err).not.toContain('takes the campaign down')
})

test('publishing an open campaign gives the link to its page', async () => {
  const { status, out, err } = await published('open', 'open')
  expect([status, out]).toEqual([0, expect.stringContaining(`/en/campaigns/${SLUG}`)])
  expect(err).not.toContain('down')
})
