using CommunityFund.Books;
using CommunityFund.Grants.Applications;
using CommunityFund.Grants.Closings;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Amendments;

/// <summary>A line as typed; a new one has no number yet.</summary>
public sealed record AmendedLine(short No, string What, Amount Amount);

/// <summary>A tranche as typed; a new one has no number yet.</summary>
public sealed record AmendedTranche(short No, Amount Amount, LocalDate EarliestOn, LocalDate ReportDueOn, string Condition);

/// <summary>A tranche as it is planned now.</summary>
/// <param name="IsOpen">Nobody has asked for it yet, so that it may still change.</param>
internal sealed record PlannedTranche(
    long Id, short No, long Units, LocalDate EarliestOn, LocalDate ReportDueOn, string Condition, TrancheState State, bool IsOpen)
{
    public static async Task<List<PlannedTranche>> Of(Work work, long grant, CancellationToken ct)
    {
        List<Tranche> rows = await work.Db.Set<Tranche>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantId == grant
            && row.AwardNo == work.Db.Set<Tranche>().Where(each => each.BookId == work.Book && each.GrantId == grant).Max(each => each.AwardNo))
            .OrderBy(row => row.No).ToListAsync(ct);
        long[] ids = [.. rows.Select(row => row.TrancheId)];
        Dictionary<long, long> left = (await work.Db.Set<TrancheFund>().AsNoTracking().Where(row => row.BookId == work.Book
            && ids.Contains(row.TrancheId)).ToListAsync(ct)).GroupBy(row => row.TrancheId)
            .ToDictionary(each => each.Key, each => each.Sum(row => row.Planned - row.Cancelled));
        return [.. rows.Select(row => new PlannedTranche(row.TrancheId, row.No, left.GetValueOrDefault(row.TrancheId), row.EarliestOn,
            row.ReportDueOn, row.Condition, row.State, row.State is TrancheState.Planned or TrancheState.Eligible or TrancheState.Held))];
    }
}

/// <summary>The whole new version that an amendment brings, measured against what is in force.</summary>
internal sealed record AmendmentPlan(
    IReadOnlyList<AgreedLine> Lines, IReadOnlyList<AmendedTranche> Tranches, LocalDate EndsOn, long Lead, long FinLead, long Units, int Share)
{
    /// <summary>A line without words, below zero, or below what was spent on it.</summary>
    public const string BadLine = "amendment.bad-line";

    /// <summary>The lines do not add up to the same sum.</summary>
    public const string NotTheSameSum = "amendment.other-sum";

    /// <summary>The amount does not change the way that was said.</summary>
    public const string OtherWay = "amendment.other-way";

    /// <summary>A tranche changes that may not, or its days are out of order.</summary>
    public const string BadTranche = "amendment.bad-tranche";

    /// <summary>Lines and tranches change by different amounts.</summary>
    public const string PlanUnequal = "amendment.plan-unequal";

    /// <summary>The new last day is not later, or too late.</summary>
    public const string BadEnd = "amendment.bad-end";

    /// <summary>Nothing is changed.</summary>
    public const string NothingChanged = "amendment.nothing-changed";

    /// <summary>One person would be both leads.</summary>
    public const string OnePerson = "amendment.one-person";

    private const int MostYears = 3;

    public static async Task<AmendmentPlan> Of(Work work, GrantCase grant, RequestAmendment form, CancellationToken ct)
    {
        IReadOnlyList<AgreedLine> before = await AgreedBudget.Now(work, grant.GrantId, ct);
        AgreedTerm term = (await AgreedTerm.Now(work, grant.GrantId, ct))!;
        List<PlannedTranche> planned = await PlannedTranche.Of(work, grant.GrantId, ct);
        AmendmentPlan same = new(before, [.. planned.Select(row => new AmendedTranche(row.No, Amount.Fen(row.Units), row.EarliestOn, row.ReportDueOn,
            row.Condition))], term.EndsOn, grant.LeadId, grant.FinLeadId!.Value, 0, 0);
        if (Stray(form.Tranches?.Select(row => row.No), planned.Select(row => row.No)) is { } stray)
        {
            throw new RefusedException(BadTranche, ("no", stray), ("state", TrancheState.Planned));
        }

        return form.Kind switch
        {
            AmendmentKind.Shift => await Shifted(work, grant, form, same, ct),
            AmendmentKind.Extend => Extended(form, same, term, planned),
            AmendmentKind.Team => await Handed(work, form, same, ct),
            _ => await Resized(work, grant, form, same, planned, ct),
        };
    }

    private static async Task<AmendmentPlan> Shifted(Work work, GrantCase grant, RequestAmendment form, AmendmentPlan same, CancellationToken ct)
    {
        IReadOnlyList<AgreedLine> lines = await LinesOf(work, grant, form, same.Lines, ct);
        long sum = Sum(lines), was = Sum(same.Lines);
        if (sum != was)
        {
            throw new RefusedException(NotTheSameSum, ("sum", Amount.Fen(sum)), ("before", Amount.Fen(was)));
        }

        if (lines.SequenceEqual(same.Lines))
        {
            throw new RefusedException(NothingChanged);
        }

        return same with { Lines = lines, Share = await ShareOf(work, grant, lines, ct) };
    }

    private static AmendmentPlan Extended(RequestAmendment form, AmendmentPlan same, AgreedTerm term, List<PlannedTranche> planned)
    {
        LocalDate ends = form.EndsOn ?? term.EndsOn;
        if (ends < term.EndsOn || ends > term.StartsOn.PlusYears(MostYears))
        {
            throw new RefusedException(BadEnd, ("day", ends), ("now", term.EndsOn), ("last", term.StartsOn.PlusYears(MostYears)));
        }

        AmendedTranche[] tranches = [.. same.Tranches.Select(row => form.Tranches?.FirstOrDefault(typed => typed.No == row.No) is { } typed
            ? row with { EarliestOn = typed.EarliestOn, ReportDueOn = typed.ReportDueOn } : row)];
        foreach (AmendedTranche row in tranches)
        {
            PlannedTranche was = planned.Single(each => each.No == row.No);
            bool isPaid = was.State is >= TrancheState.Paid and < TrancheState.Settled;
            bool mayChange = was.IsOpen || (isPaid && row.EarliestOn == was.EarliestOn);
            if ((row.EarliestOn != was.EarliestOn || row.ReportDueOn != was.ReportDueOn)
                && (!mayChange || row.ReportDueOn < row.EarliestOn || row.ReportDueOn < was.ReportDueOn || row.ReportDueOn > ends.PlusDays(60)))
            {
                throw new RefusedException(BadTranche, ("no", row.No), ("state", was.State));
            }
        }

        return ends == term.EndsOn && tranches.SequenceEqual(same.Tranches) ? throw new RefusedException(NothingChanged)
            : same with { EndsOn = ends, Tranches = tranches };
    }

    private static async Task<AmendmentPlan> Handed(Work work, RequestAmendment form, AmendmentPlan same, CancellationToken ct)
    {
        (long lead, long fin) = (form.Lead ?? same.Lead, form.FinLead ?? same.FinLead);
        if (lead == fin)
        {
            throw new RefusedException(OnePerson);
        }

        if ((lead, fin) == (same.Lead, same.FinLead))
        {
            throw new RefusedException(NothingChanged);
        }

        foreach ((long person, long was, Role role) in new[] { (lead, same.Lead, Role.Lead), (fin, same.FinLead, Role.FinLead) })
        {
            if (person != was && !await TeamForm.Holders(work, role).AnyAsync(row => row.PersonId == person, ct))
            {
                throw new RefusedException(TeamForm.WithoutRole, ("role", role));
            }
        }

        return same with { Lead = lead, FinLead = fin };
    }

    private static async Task<AmendmentPlan> Resized(Work work, GrantCase grant, RequestAmendment form, AmendmentPlan same,
        List<PlannedTranche> planned, CancellationToken ct)
    {
        IReadOnlyList<AgreedLine> lines = await LinesOf(work, grant, form, same.Lines, ct);
        long units = Sum(lines) - Sum(same.Lines);
        bool isUp = form.Kind == AmendmentKind.AmountUp;
        if (isUp ? units <= 0 : units >= 0)
        {
            throw new RefusedException(OtherWay, ("kind", form.Kind), ("sum", Amount.Fen(Sum(lines))), ("before", Amount.Fen(Sum(same.Lines))));
        }

        List<AmendedTranche> tranches = [];
        foreach (PlannedTranche was in planned)
        {
            AmendedTranche row = form.Tranches?.FirstOrDefault(typed => typed.No == was.No) is { } typed
                ? new AmendedTranche(was.No, typed.Amount, was.EarliestOn, was.ReportDueOn, was.Condition)
                : same.Tranches.Single(each => each.No == was.No);
            bool isRight = row.Amount.Units == was.Units || (was.IsOpen && (isUp ? row.Amount.Units > was.Units
                : row.Amount.Units >= 0 && row.Amount.Units < was.Units));
            tranches.Add(IsMoney(row.Amount) && isRight ? row : throw new RefusedException(BadTranche, ("no", was.No), ("state", was.State)));
        }

        foreach (AmendedTranche typed in form.Tranches?.Where(row => row.No == 0) ?? [])
        {
            string condition = PlainText.Of(typed.Condition);
            tranches.Add(isUp && tranches.Count < 40 && IsMoney(typed.Amount) && typed.Amount.IsPositive && condition.Length is > 0 and <= 200
                && typed.EarliestOn <= typed.ReportDueOn && typed.EarliestOn >= work.Today && typed.ReportDueOn <= same.EndsOn.PlusDays(60)
                ? typed with { No = (short)(tranches.Max(row => row.No) + 1), Condition = condition }
                : throw new RefusedException(BadTranche, ("no", tranches.Count + 1), ("state", TrancheState.Planned)));
        }

        Int128 plan = tranches.Aggregate((Int128)0, (sum, row) => sum + row.Amount.Units) - planned.Sum(row => row.Units);
        return plan == units ? same with { Lines = lines, Tranches = tranches, Units = units, Share = await ShareOf(work, grant, lines, ct) }
            : throw new RefusedException(PlanUnequal, ("lines", Amount.Fen(units)), ("tranches", Amount.Fen((long)plan)));
    }

    private static async Task<IReadOnlyList<AgreedLine>> LinesOf(Work work, GrantCase grant, RequestAmendment form, IReadOnlyList<AgreedLine> before,
        CancellationToken ct)
    {
        IReadOnlyDictionary<short, long>? spent = await SpentByLine.Of(work, grant.GrantId, ct);
        if (Stray(form.Lines?.Select(row => row.No), before.Select(row => row.No)) is { } stray)
        {
            throw new RefusedException(BadLine, ("no", stray), ("spent", Amount.Fen(0)));
        }

        List<AgreedLine> lines = [];
        foreach (AgreedLine was in before)
        {
            AgreedLine row = form.Lines?.FirstOrDefault(typed => typed.No == was.No) is { } typed ? was with { Amount = typed.Amount } : was;
            lines.Add(IsMoney(row.Amount) && row.Amount.Units >= Math.Max(0, spent?.GetValueOrDefault(was.No) ?? 0) ? row
                : throw new RefusedException(BadLine, ("no", was.No), ("spent", Amount.Fen(spent?.GetValueOrDefault(was.No) ?? 0))));
        }

        foreach (AmendedLine typed in form.Lines?.Where(row => row.No == 0) ?? [])
        {
            string what = PlainText.Of(typed.What);
            short no = (short)(lines.Count == 0 ? 1 : lines.Max(row => row.No) + 1);
            lines.Add(what.Length is > 0 and <= 100 && IsMoney(typed.Amount) && typed.Amount.IsPositive && no <= 100
                ? new AgreedLine(no, what, typed.Amount, Amount.Fen(0)) : throw new RefusedException(BadLine, ("no", no), ("spent", Amount.Fen(0))));
        }

        return lines;
    }

    /// <summary>Against what people decided last, so that small steps do not add up to a large one.</summary>
    private static async Task<int> ShareOf(Work work, GrantCase grant, IReadOnlyList<AgreedLine> lines, CancellationToken ct)
    {
        short decided = await work.Db.Set<GrantAmendment>().Where(row => row.BookId == work.Book && row.GrantId == grant.GrantId
            && row.State == AmendmentState.InForce && !row.BySelf).OrderByDescending(row => row.AmendmentNo).Select(row => row.AmendmentNo)
            .FirstOrDefaultAsync(ct);
        Dictionary<short, long> from = (await AgreedBudget.LinesOf(work, grant.GrantId, decided, ct)).ToDictionary(row => row.No,
            row => row.Amount.Units);
        return lines.Max(row => from.GetValueOrDefault(row.No) is var was && was == row.Amount.Units ? 0
            : was == 0 ? 10_000 : (int)Math.Min(1_000_000, Math.Ceiling(10_000m * Math.Abs(row.Amount.Units - was) / was)));
    }

    /// <summary>A number that is typed and not there, or typed twice; new rows have none.</summary>
    private static short? Stray(IEnumerable<short>? typed, IEnumerable<short> known) => (typed ?? []).Where(no => no != 0).GroupBy(no => no)
        .Where(of => of.Count() > 1 || !known.Contains(of.Key)).Select(of => (short?)of.Key).FirstOrDefault();

    private static long Sum(IEnumerable<AgreedLine> lines) => (long)lines.Aggregate((Int128)0, (sum, row) => sum + row.Amount.Units);

    // Far above any grant, and far below where sums overflow.
    private static bool IsMoney(Amount amount) => amount.Commodity == Commodity.Cny
        && amount.Units is >= -100_000_000_000_00 and <= 100_000_000_000_00;
}
