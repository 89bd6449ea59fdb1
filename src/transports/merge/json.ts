import type { Values } from '../../emails/message.ts'
import { renderPiece } from '../../emails/template/merge.ts'
import type { TemplatePiece } from '../../emails/template/template.ts'
import { utf8 } from '../../kit/bytes.ts'

/**
 * A JSON text as bytes, for providers that take every mail whole. Nearly all of such a call is the same for everybody in it: what
 * stands still in a template is escaped and encoded once, and a call is those bytes copied between what differs.
 */
export class JsonBytes {
  readonly #parts: Array<Uint8Array | string> = []
  #text = '' // since the last constant
  #atMost = 0 // bytes

  /** JSON as it is to stand there. */
  json(text: string): this {
    this.#text += text
    return this
  }

  /** A recipient's HTML or text as a JSON string; `trimmed` as `merge` trims the text part. */
  merged(pieces: readonly TemplatePiece[], values: Values, how?: 'trimmed'): this {
    const constants = encoded(pieces)
    let begun = how !== 'trimmed'
    let words = '' // since the last constant, not escaped yet
    this.#text += '"'
    for (let i = 0; i < pieces.length; i++) {
      const constant = constants[i]
      if (begun && constant !== undefined) {
        this.#text += escaped(words)
        this.#push(constant)
        words = ''
        continue
      }
      const text = renderPiece(pieces[i] ?? '', values)
      words += begun ? text : text.trimStart()
      begun ||= words !== ''
    }
    this.#text += `${escaped(words)}"`
    return this
  }

  /** All of it. The buffer may be one that an earlier call has given back. */
  bytes(): Uint8Array<ArrayBuffer> {
    this.#push(new Uint8Array())
    const bytes = bufferOf(this.#atMost)
    let at = 0
    for (const part of this.#parts) {
      if (typeof part === 'string') at += encoder.encodeInto(part, bytes.subarray(at)).written
      else {
        bytes.set(part, at)
        at += part.length
      }
    }
    return bytes.subarray(0, at)
  }

  #push(constant: Uint8Array): void {
    this.#parts.push(this.#text, constant)
    this.#atMost += this.#text.length * BYTES_OF_A_UNIT + constant.length
    this.#text = ''
  }
}

/** Buffers kept for further calls: three megabytes each where mails are large, of the 128 MB that an isolate has. */
const SPARE_BUFFERS = 8
/** Sizes are rounded up to this many bytes, so that a buffer fits the next call of about as many people. */
const BUFFER_BYTES = 1 << 18
const spare: ArrayBuffer[] = []

function bufferOf(bytes: number): Uint8Array<ArrayBuffer> {
  const at = spare.findIndex((buffer) => buffer.byteLength >= bytes)
  const [buffer = new ArrayBuffer(Math.ceil(bytes / BUFFER_BYTES) * BUFFER_BYTES)] = at < 0 ? [] : spare.splice(at, 1)
  return new Uint8Array(buffer, 0, bytes)
}

/**
 * Gives a call's buffer back once the provider has accepted everybody in it: to do that it must have read all of it, and nothing
 * of it can be sent any more. After any other answer it is left alone. New memory for each call would cost a dispatch to 10,000
 * people 6 % more CPU and 18 % more memory (docs/decisions/016).
 */
export function recycleBuffer({ body }: { body: Uint8Array<ArrayBuffer> }): void {
  if (spare.length < SPARE_BUFFERS && !spare.includes(body.buffer)) spare.push(body.buffer)
}

const known = new WeakMap<readonly TemplatePiece[], ReadonlyArray<Uint8Array | undefined>>()

/** Characters from which on a constant is copied as bytes: a shorter one is sooner written with the words around it. */
const LONG_CONSTANT = 200

/** The long constant pieces as the inside of a JSON string; slots and what stands between near ones are undefined. */
function encoded(pieces: readonly TemplatePiece[]): ReadonlyArray<Uint8Array | undefined> {
  const made =
    known.get(pieces) ??
    pieces.map((piece) =>
      typeof piece === 'string' && piece.length >= LONG_CONSTANT ? utf8(escaped(piece)) : undefined,
    )
  known.set(pieces, made)
  return made
}

/** The same function, with its last answer kept: neighbours in a call often have the same subject or language. */
export function rememberingLast(make: (text: string) => string): (text: string) => string {
  let last: string | undefined
  let made = ''
  return (text) => {
    if (text !== last) made = make(text)
    last = text
    return made
  }
}

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1)

/** At most, of a UTF-16 code unit in UTF-8: two units make four. */
const BYTES_OF_A_UNIT = 3
const encoder = new TextEncoder()
