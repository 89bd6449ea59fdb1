import { Agent, request } from 'node:http'
import type { Sink } from './sink.ts'

/** Calls at the same time: as many as the platform allows one invocation. */
const CONNECTIONS = 6

/** Recipients per second that the sink accepts from a minimal client, which repeats one finished body. The upper limit of any sender. */
export async function bareLimit(
  sink: Sink,
  body: Buffer,
  type: string,
  peopleInCall: number,
  people: number,
): Promise<number> {
  await sink.reset(people)
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  let left = Math.ceil(people / peopleInCall)
  const began = performance.now()
  const worker = async () => {
    while (left-- > 0) await post(sink.url, agent, body, type)
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
  const seconds = (performance.now() - began) / 1_000
  agent.destroy()
  return (Math.ceil(people / peopleInCall) * peopleInCall) / seconds
}

const post = (url: string, agent: Agent, body: Buffer, type: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': type, 'content-length': body.length }
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      response.on('end', resolve).on('error', reject).resume()
    })
    sent.on('error', reject).end(body)
  })
