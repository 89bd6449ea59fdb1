import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestProject } from 'vitest/node'
import { ELSEWHERE } from './certificates.ts'
import { startMailServer } from './smtp-server.ts'

/** The mail servers for tests in workerd: ports on this machine, and a site that lists the mails they took. */
export type MailServers = {
  starttls: number // offers STARTTLS, and takes mail in clear too
  implicit: number
  elsewhere: number // STARTTLS with a certificate for another host
  stripped: number // offers no STARTTLS
  site: string // `/{port}` lists a server's mails as `[{to, mime, connection}]`, the bytes in base64
}

declare module 'vitest' {
  interface ProvidedContext {
    mailServers: MailServers
  }
}

/** Global set-up, run in Node: starts the mail servers for all tests of the project. Returns the tear-down. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const starttls = await startMailServer()
  const implicit = await startMailServer({ secure: true, authOptional: false })
  const elsewhere = await startMailServer(ELSEWHERE)
  const stripped = await startMailServer({ hideSTARTTLS: true })
  const all = [starttls, implicit, elsewhere, stripped]
  const site = createServer((request, response) => {
    const found = all.find(({ port }) => request.url === `/${port}`)
    const mails = (found?.mails ?? []).map(({ to, bytes, connection }) => ({
      to: to[0],
      connection,
      mime: Buffer.from(bytes).toString('base64'),
    }))
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(mails))
  })
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  project.provide('mailServers', {
    starttls: starttls.port,
    implicit: implicit.port,
    elsewhere: elsewhere.port,
    stripped: stripped.port,
    site: `http://127.0.0.1:${(site.address() as AddressInfo).port}`,
  })
  return async () => {
    await Promise.all(all.map((server) => server.close()))
    await new Promise((resolve) => site.close(resolve))
  }
}
