import { EyeOff } from 'lucide-react'
import type { ReactNode } from 'react'
import { Empty } from '@/components/ui/empty'

/** In the place of what staff who look into an account do not see, with the reason. */
export function NotShown({ children }: Readonly<{ children: ReactNode }>) {
  return (
    <Empty icon={EyeOff} title="Not available during impersonation">
      {children}
    </Empty>
  )
}
