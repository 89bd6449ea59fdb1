import { defined } from '../../../kit/defined.ts'
import { type Asker, LEFT, type NewKey } from '../../campaign-files/new-questions.ts'
import { WrongUsage } from '../../command.ts'

/** Answers from the command line, by option. */
export type GivenAnswers = Readonly<Partial<Record<NewKey, string | readonly string[]>>>

/** Takes the answers that were given beforehand, and asks `otherwise` for the rest. @throws WrongUsage for a given answer that is wrong */
export const givenFirst = (given: GivenAnswers, otherwise: Asker): Asker => ({
  async text(question) {
    const answer = given[question.key]
    if (typeof answer !== 'string') return otherwise.text(question)
    return checked(question.key, answer, question.validate)
  },
  async choose(question) {
    const answer = given[question.key]
    if (!Array.isArray(answer)) return otherwise.choose(question)
    const { key, options } = question
    for (const one of answer)
      if (!options.some((known) => known === one))
        throw new WrongUsage(`${optionOf(key)}: found “${one}”; expected of ${options.join(', ')}`)
    return options.filter((known) => answer.includes(known))
  },
})

/** @throws WrongUsage when the answer is wrong */
function checked(key: NewKey, answer: string, validate: (typed: string) => string | undefined): string {
  const fault = validate(answer)
  if (fault !== undefined) throw new WrongUsage(`${optionOf(key)}: found “${answer}”; ${fault}`)
  return answer
}

const optionOf = (key: NewKey): string => (key === 'folder' ? 'the name of the folder' : `--${key}`)

/** Where nobody can be asked: takes what is proposed. @throws WrongUsage naming the options when an answer is needed */
export const nobodyToAsk: Asker = {
  async text({ key, message, initial = '', mayBeEmpty = false, validate }) {
    if (!mayBeEmpty && initial === '') throw missing(key, message)
    return checked(key, initial, validate)
  },
  async choose({ key, message, initial = [] }) {
    if (initial.length > 0) return [...initial]
    throw missing(key, message)
  },
}

const missing = (key: NewKey, message: string): WrongUsage =>
  new WrongUsage(
    [
      `${optionOf(key)} is missing (${message}), and nobody can be asked here.`,
      'Needed: --title, --summary, --country, --topics. May be given: the name of the folder, --languages,',
      '--target with --salutation, --target-language, and --target-email or --target-post.',
    ].join('\n'),
  )

/** Asks on the screen, by stderr: stdout has the answer of the command. */
export async function screenAsker(): Promise<Asker> {
  const { isCancel, multiselect, text } = await import('@clack/prompts')
  const output = process.stderr
  return {
    async text({ message, example, initial, validate }) {
      const typed = await text({
        message: example === undefined ? message : `${message} (such as: ${example})`,
        output,
        ...defined({ initialValue: initial }),
        validate: (value) => validate(value ?? ''),
      })
      return isCancel(typed) ? LEFT : (typed ?? '')
    },
    async choose({ message, options, initial = [] }) {
      const chosen = await multiselect<string>({
        message,
        output,
        options: options.map((value) => ({ value })),
        initialValues: [...initial],
        required: true,
      })
      return isCancel(chosen) ? LEFT : options.filter((one) => chosen.includes(one))
    },
  }
}
