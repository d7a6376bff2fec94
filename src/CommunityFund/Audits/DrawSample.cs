using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Audits;

/// <summary>Draws a money-unit sample from the vouchers within the person's funds; it is kept with its seed and drawn again by anybody.</summary>
/// <param name="Seed">Typed by whoever draws: thrown dice, a lottery number of the day, a sentence.</param>
/// <returns>The sample's number.</returns>
public sealed record DrawSample(Guid Key, SampleClass Class, LocalDate From, LocalDate To, int Size, string Seed, string Reason)
    : Command<long>(Key)
{
    /// <summary>No seed, or a longer one than anybody types again.</summary>
    public const string SeedMissing = "audit.seed-missing";

    /// <summary>Why the sample is drawn is not said.</summary>
    public const string ReasonMissing = "audit.sample-reason";

    /// <summary>The first day comes after the last.</summary>
    public const string DaysReversed = "audit.days-reversed";

    /// <summary>Nothing or too much is asked for.</summary>
    public const string BadSize = "audit.sample-size";

    /// <summary>No line of that kind is posted on those days.</summary>
    public const string NothingToDraw = "audit.nothing-to-draw";

    /// <summary>The longest seed and the longest reason.</summary>
    public const int LongestSeed = 60, LongestReason = 200;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(AuditRoles.Overseeing));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        (string seed, string reason) = (PlainText.Of(Seed), PlainText.Of(Reason));
        if (seed.Length is 0 or > LongestSeed)
        {
            throw new RefusedException(SeedMissing, ("limit", LongestSeed));
        }

        if (reason.Length is 0 or > LongestReason)
        {
            throw new RefusedException(ReasonMissing, ("limit", LongestReason));
        }

        if (From > To)
        {
            throw new RefusedException(DaysReversed, ("from", From), ("to", To));
        }

        if (Size is < 1 or > MoneyUnitSample.Largest)
        {
            throw new RefusedException(BadSize, ("limit", MoneyUnitSample.Largest));
        }

        bool isWhole = work.Rights.ReachesAll(AuditRoles.Overseeing);
        int[] funds = isWhole ? [] : [.. work.Rights.FundsOf(AuditRoles.Overseeing)];
        long upTo = await work.Db.Entries.Where(entry => entry.BookId == work.Book).MaxAsync(entry => (long?)entry.EntryNo, ct) ?? 0;

        // Who reaches no fund draws from nothing, not from everything.
        IReadOnlyList<SampleLine> lines = isWhole || funds.Length > 0
            ? await new SamplePopulation(Class, From, To, upTo, funds).Read(work, ct) : [];
        if (lines.Count == 0)
        {
            throw new RefusedException(NothingToDraw, ("class", Term.Of(Class)), ("from", From), ("to", To));
        }

        return await Keep(work, MoneyUnitSample.Draw(lines, Size, seed), seed, reason, funds, upTo, ct);
    }

    private async Task<long> Keep(
        Work work, MoneyUnitSample drawn, string seed, string reason, int[] funds, long upTo, CancellationToken ct)
    {
        AuditSample sample = new()
        {
            BookId = work.Book,
            Class = Class,
            FromDay = From,
            ToDay = To,
            Size = (short)Size,
            Seed = seed,
            Reason = reason,
            Funds = funds,
            UpToEntry = upTo,
            PopulationLines = drawn.Lines,
            TotalUnits = drawn.Total,
            IntervalUnits = drawn.Interval,
            StartUnits = drawn.Start,
            Items = (short)drawn.Hits.Count,
            DrawnBy = work.ActorId,
            DrawnAt = work.Now,
        };
        work.Db.Add(sample);
        await work.Db.SaveChangesAsync(ct);
        work.Db.AddRange(drawn.Hits.Select((hit, at) => new AuditSampleItem
        {
            BookId = work.Book,
            AuditSampleId = sample.AuditSampleId,
            ItemNo = (short)(at + 1),
            EntryNo = hit.Line.EntryNo,
            LineNo = hit.Line.LineNo,
            Units = hit.Line.Units,
            ThroughUnits = hit.Through,
            Hits = (short)hit.Hits,
        }));
        return sample.AuditSampleId;
    }
}
