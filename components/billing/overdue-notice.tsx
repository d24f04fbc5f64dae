import { LocalTime } from '@/components/time/local-time'
import { Alert } from '@/components/ui/alert'

/** Said while the balance is below zero: when the numbers go, and what keeps them. */
export function OverdueNotice({ numbersReleaseAt }: Readonly<{ numbersReleaseAt: string }>) {
  return (
    <div className="mb-5">
      <Alert
        tone="danger"
        title={
          <>
            Your numbers will be released on <LocalTime at={numbersReleaseAt} />
          </>
        }
      >
        The balance is below zero. Add credits to bring it back to zero or above before then, and you keep
        every number.
      </Alert>
    </div>
  )
}
