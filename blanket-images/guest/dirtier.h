// A process that changes memory at a steady pace, as a busy application does.

enum { DIRTIER_BUFFER_MIB = 64, DIRTIER_MAX_MIB_PER_SECOND = 4096 };

// Before any client is served: what the processes share is made here.
void prepare_dirtier(void);

// From now on so many MiB of distinct pages are changed each second, one word in each page of 4 KiB; 0 stops. The first
// call that is not 0 takes the buffer's memory.
void set_dirt(unsigned mib_per_second);

// How many pages have been changed since the boot.
unsigned long long dirtied_pages(void);
