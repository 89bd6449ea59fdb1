import type { AddressFault } from '../../security/address.ts'
import { runtimeDeps } from '../../supporters/runtime-deps.ts'
import { erasePerson, lookUpPerson, suppressPerson } from '../../use-cases/supporters/act-for-person.ts'
import { problem } from '../../web/problem.ts'
import { type ApiContext, actorOf, type Handler } from '../context.ts'
import { SUPPORTER_OPERATIONS as OPERATIONS } from '../contract/supporter-operations.ts'
import { readJson } from '../read-request.ts'
import { respond } from '../respond.ts'

/** Handlers of requests that a person made by reply, post or phone. The address is in the body; no problem repeats it. */
export const personHandlers = {
  async lookUpPerson(c) {
    const body = await readJson(c, OPERATIONS.lookUpPerson.body)
    if (body.refused) return body.refused
    const found = await lookUpPerson(runtimeDeps(c.env, c.var.settings), { actor: actorOf(c), ...body.value })
    if (!found.ok) return notAnAddress(c, found.error)
    const letters = found.value.letters.map(({ campaign, kept }) => ({ campaign, kept: { ...kept } }))
    const elsewhere = found.value.elsewhere?.map((one) => ({ ...one, kept: { ...one.kept } }))
    return respond(c, OPERATIONS.lookUpPerson, 200, { ...found.value, letters, ...(elsewhere && { elsewhere }) })
  },

  async suppressPerson(c) {
    const body = await readJson(c, OPERATIONS.suppressPerson.body)
    if (body.refused) return body.refused
    const done = await suppressPerson(runtimeDeps(c.env, c.var.settings), { actor: actorOf(c), ...body.value })
    return done.ok ? respond(c, OPERATIONS.suppressPerson, 200, { status: 'suppressed' }) : notAnAddress(c, done.error)
  },

  async erasePerson(c) {
    const body = await readJson(c, OPERATIONS.erasePerson.body)
    if (body.refused) return body.refused
    const done = await erasePerson(runtimeDeps(c.env, c.var.settings), { actor: actorOf(c), ...body.value })
    return done.ok ? respond(c, OPERATIONS.erasePerson, 200, { status: done.value }) : notAnAddress(c, done.error)
  },
} satisfies Partial<Record<keyof typeof OPERATIONS, Handler>>

function notAnAddress(c: ApiContext, fault: AddressFault): Response {
  const errors = [{ path: 'email', message: `expected one e-mail address (fault: ${fault})` }]
  return problem(c, { status: 422, title: 'Not an e-mail address', errors })
}
