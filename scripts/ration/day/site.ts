/** What people on the day do with the site. Each request names its act and its time, and every answer is checked. */

import { type Answers, fillIn } from '../../demo/html.ts'
import { ask, askByForm, type Visitor } from '../../local/browser.ts'
import { formTo, type Page } from '../../local/visitor.ts'
import { noting } from '../server.ts'
import type { DayMailbox } from './mailbox.ts'

type Asking = { status?: number; forgetful?: boolean }

export class Site {
  readonly url: string
  readonly #mailbox: DayMailbox
  readonly #token: string
  answered = 0
  /** Added to the name of each act, so that groups of people are counted apart. */
  group = ''
  readonly wrong: string[] = []

  constructor(url: string, token: string, mailbox: DayMailbox) {
    this.url = url
    this.#token = token
    this.#mailbox = mailbox
  }

  /** A person's browser. Every person has a network of their own (RFC 3849). */
  visitor(act: string, person: number, forgetful = false): Visitor {
    const network = `${(person >> 16).toString(16)}:${(person & 0xffff).toString(16)}`
    return {
      ip: `2001:${network}::1`,
      languages: 'en',
      fetch: (request) => this.#noting(act, forgetful)(request),
    }
  }

  async open(visitor: Visitor, path: string, { status = 200 }: Asking = {}): Promise<Page> {
    return this.#page(await ask(visitor, this.#at(path)), status, path)
  }

  /** Submits a page's form to `path`. */
  async submit(visitor: Visitor, page: Page, path: string, answers: Answers = {}): Promise<Page> {
    const { method, action } = formTo(page, path)
    const form = fillIn(formTo(page, path), answers)
    return this.#page(await askByForm(visitor, new URL(action, page.url), form, { method }), 200, path)
  }

  /** An organiser's request to the API. */
  async api<T>(act: string, method: string, path: string, body?: unknown, status = 200): Promise<T> {
    const headers = {
      authorization: `Bearer ${this.#token}`,
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
    }
    const request = new Request(this.#at(path), {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const response = await this.#noting(act)(request)
    const text = await response.text()
    this.#expect(response.status, status, `${method} ${path}`, text)
    return JSON.parse(text)
  }

  /** A request of a machine: a mail program or a provider. */
  async post(act: string, path: string, init: RequestInit): Promise<void> {
    const request = new Request(this.#at(path), { method: 'POST', redirect: 'manual', ...init })
    const response = await this.#noting(act)(request)
    this.#expect(response.status, 200, `POST ${path.split('/')[1]}`, await response.text())
  }

  #noting(act: string, forgetful = false): (request: Request) => Promise<Response> {
    return noting({ act: act + this.group, at: this.#mailbox.now, forgetful })
  }

  #at(path: string): string {
    return new URL(path, this.url).href
  }

  async #page(response: Response, status: number, path: string): Promise<Page> {
    const page = { url: response.url, status: response.status, html: await response.text() }
    this.#expect(page.status, status, path, '')
    return page
  }

  #expect(status: number, expected: number, what: string, text: string): void {
    this.answered++
    if (status === expected) return
    const fault = `${what.replace(/\/[\w-]{40,}/g, '/…')} answered ${status} instead of ${expected}`
    this.wrong.push(fault)
    throw new Error(`${fault} ${text.slice(0, 200)}`)
  }
}
