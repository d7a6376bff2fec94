using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Checks;

/// <summary>
/// Every seal of the log still says what the log was: the root over the leaves there are now, its signature under the key that is kept for
/// it, and a seal for every close. All leaves are read once, from the first.
/// </summary>
internal sealed class CheckpointsHold : BookCheck
{
    public override string Key => "checkpoints";

    protected override FormattableString Examined(int book) => $"""select count(*) as "Value" from checkpoint where book_id = {book}""";

    protected override IEnumerable<FormattableString> Finders(int book) =>
    [
        $"""
        select 'checkpoint.close-beyond' as "Code", null::bigint as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('period', k.period, 'size', k.size)::text as "Facts"
          from closing_checkpoint k
         where k.book_id = {book}
           and (not exists (select 1 from checkpoint c where c.book_id = k.book_id and c.size = k.size)
             or not exists (select 1 from period q where q.book_id = k.book_id and q.period = k.period and q.closed_at is not null)
             or exists (select 1 from journal_entry j where j.book_id = k.book_id and j.period = k.period and j.entry_no > k.size))
        union all
        select 'checkpoint.close-missing', null, null, jsonb_build_object('period', q.period)::text
          from period q
         where q.book_id = {book} and q.period % 100 <> 0 and q.closed_at > (select min(c.made_at) from checkpoint c where c.book_id = {book})
           and not exists (select 1 from closing_checkpoint k where k.book_id = q.book_id and k.period = q.period)
        """,
    ];

    internal override async Task Run(Work work, Findings found, CancellationToken ct)
    {
        await base.Run(work, found, ct);
        string book = await work.Db.Books.Where(row => row.BookId == work.Book).Select(row => row.Code).SingleAsync(ct);
        List<Checkpoint> seals = await work.Db.Set<Checkpoint>().AsNoTracking().Where(row => row.BookId == work.Book)
            .OrderBy(row => row.Size).ToListAsync(ct);
        await Signatures(work, seals, book, found, ct);
        await Times(work, seals, found, ct);
        await Roots(work, seals, found, ct);
    }

    private static async Task Signatures(Work work, List<Checkpoint> seals, string book, Findings found, CancellationToken ct)
    {
        Dictionary<string, LogPublicKey> keys = new(StringComparer.Ordinal);
        HashSet<string> wrong = [];
        string[] used = [.. seals.Select(seal => Convert.ToHexStringLower(seal.KeyFingerprint)).Distinct()];
        foreach (CheckpointKey row in await work.Db.Set<CheckpointKey>().AsNoTracking().ToListAsync(ct))
        {
            string name = Convert.ToHexStringLower(row.Fingerprint);
            if (LogPublicKey.Read(row.PublicKey) is { } key && key.Fingerprint.AsSpan().SequenceEqual(row.Fingerprint))
            {
                keys[name] = key;
            }
            else if (used.Contains(name, StringComparer.Ordinal) && wrong.Add(name))
            {
                found.Add(Fault("checkpoint.key", ("key", LogPublicKey.ShownOf(row.Fingerprint))));
            }
        }

        foreach (Checkpoint seal in seals)
        {
            string name = Convert.ToHexStringLower(seal.KeyFingerprint);
            if (!keys.TryGetValue(name, out LogPublicKey? key))
            {
                if (!wrong.Contains(name))
                {
                    found.Add(Fault("checkpoint.key-missing", ("size", seal.Size)));
                }
            }
            else if (!key.Signed(seal.Signed(book)))
            {
                found.Add(Fault("checkpoint.signature", ("size", seal.Size), ("made", seal.MadeAt)));
            }
        }
    }

    private static async Task Times(Work work, List<Checkpoint> seals, Findings found, CancellationToken ct)
    {
        List<long> early = await work.Db.Database.SqlQuery<long>(
            $"""
            select c.size as "Value" from checkpoint c
             where c.book_id = {work.Book}
               and (exists (select 1 from journal_entry j where j.book_id = c.book_id and j.entry_no = c.size and j.posted_at > c.made_at)
                 or exists (select 1 from checkpoint b where b.book_id = c.book_id and b.size < c.size and b.made_at > c.made_at))
             order by c.size
            """).ToListAsync(ct);
        foreach (long size in early)
        {
            found.Add(Fault("checkpoint.time", ("size", size), ("made", seals.Single(seal => seal.Size == size).MadeAt)));
        }
    }

    private static async Task Roots(Work work, List<Checkpoint> seals, Findings found, CancellationToken ct)
    {
        if (seals.Count == 0)
        {
            return;
        }

        MerkleRoot log = new();
        long good = 0;
        int next = Compare(seals, 0, log, ref good, found);
        await foreach (byte[] leaf in work.Db.Database.SqlQuery<byte[]>(
            $"""
            select leaf as "Value" from journal_entry where book_id = {work.Book} and entry_no <= {seals[^1].Size} order by entry_no
            """).AsAsyncEnumerable().WithCancellation(ct))
        {
            log.Add(leaf);
            next = Compare(seals, next, log, ref good, found);
        }

        foreach (Checkpoint seal in seals.Skip(next))
        {
            found.Add(Fault("checkpoint.beyond", ("size", seal.Size), ("entries", log.Size), ("made", seal.MadeAt)));
        }
    }

    /// <summary>Looks at the seal that stands where the log is; says which is next.</summary>
    private static int Compare(List<Checkpoint> seals, int next, MerkleRoot log, ref long good, Findings found)
    {
        if (next == seals.Count || seals[next].Size != log.Size)
        {
            return next;
        }

        Checkpoint seal = seals[next];
        if (!seal.Root.AsSpan().SequenceEqual(log.Root()))
        {
            found.Add(Fault("checkpoint.root", ("size", seal.Size), ("from", good + 1), ("made", seal.MadeAt)));
        }
        else if (!seal.Peaks.Select(Convert.ToHexStringLower).SequenceEqual(log.Peaks.Select(Convert.ToHexStringLower), StringComparer.Ordinal))
        {
            found.Add(Fault("checkpoint.peaks", ("size", seal.Size)));
        }
        else
        {
            good = seal.Size;
        }

        return next + 1;
    }

    private static Fault Fault(string code, params (string Name, object? Value)[] facts) =>
        new(code, facts.ToDictionary(fact => fact.Name, fact => fact.Value));
}
