using CommunityFund.Grants;
using CommunityFund.Grants.Tranches;
using NodaTime;

namespace CommunityFund.Tests.Grants.Histories;

/// <summary>An instalment that is waited for on a claim, fund by fund.</summary>
internal sealed class InstalmentModel(long demand, long expectation, List<(int Fund, long Units)> parts)
{
    public long Demand { get; } = demand;

    public long Expectation { get; set; } = expectation;

    public List<(int Fund, long Units)> Parts { get; } = parts;

    public long Units => Parts.Sum(part => part.Units);

    /// <summary>The voucher that it was paid with; zero as long as it is waited for.</summary>
    public long Voucher { get; set; }
}

/// <summary>A grant's money as the rules say it moves: award, tranches, claims. Knows nothing of the program.</summary>
internal sealed class GrantModel
{
    private const int ShareNeeded = 8_000, DaysToAsk = 60;

    public required long Id { get; init; }

    /// <summary>Grants of one pair have the same leads: an overdue advance of one bears on the other.</summary>
    public required int Pair { get; init; }

    public required bool IsExpense { get; init; }

    public required List<GrantModel> World { get; init; }

    public Dictionary<int, long> Committed { get; } = [];

    public Dictionary<int, long> Recovered { get; } = [];

    public Dictionary<int, long> WrittenOff { get; } = [];

    public List<TrancheModel> Tranches { get; } = [];

    public GrantState State { get; set; } = GrantState.Active;

    public LocalDate StartsOn { get; set; }

    public LocalDate EndsOn { get; set; }

    public LocalDate? Until { get; set; }

    public bool IsPanels { get; set; }

    public LocalDate? TerminatedOn { get; set; }

    public bool Appealed { get; set; }

    public bool ReportAccepted { get; set; }

    public List<InstalmentModel> Instalments { get; } = [];

    public List<long> Demands { get; } = [];

    public LocalDate Ends => Until is { } later && later > EndsOn ? later : EndsOn;

    public long Claim(int fund) => Tranches.SelectMany(each => each.Funds).Where(part => part.Fund == fund).Sum(part => part.Demanded)
        - Recovered.GetValueOrDefault(fund) - WrittenOff.GetValueOrDefault(fund);

    public long Advance => Tranches.Sum(each => each.Advance);

    public long Claimed => Funds.Sum(Claim);

    public long Promise => Tranches.Sum(each => each.Promise);

    public long Found => Tranches.Sum(each => each.Found);

    public IEnumerable<int> Funds => Committed.Keys.Order();

    /// <summary>Funds in the order in which they paid first: a tranche begins with the fund at which the one before ended.</summary>
    public List<int> FundsByPlace => [.. Tranches.OrderBy(each => each.No).SelectMany(each => each.Funds).Select(part => part.Fund).Distinct()];

    public bool IsRunning => State is GrantState.Active or GrantState.Suspended;

    public bool IsAlive => IsRunning || State is GrantState.Closing or GrantState.Terminated;

    public bool IsOverdue(LocalDate today) => World.Where(each => each.Pair == Pair).SelectMany(each => each.Tranches)
        .Any(each => each.IsOpenAdvance && each.ReportDueOn < today);

    public bool IsLate(LocalDate today, int days = 0) => Tranches.Exists(each => (each.IsOpenAdvance || each.State == TrancheState.Paid)
        && each.ReportDueOn.PlusDays(days) < today);

    /// <summary>So much, taken from what each has, in their order.</summary>
    public static List<(int Fund, long Units)> Spread(long units, IEnumerable<(int Fund, long Has)> from)
    {
        List<(int, long)> parts = [];
        foreach (var (fund, has) in from)
        {
            long part = Math.Min(units, has);
            if (part > 0)
            {
                parts.Add((fund, part));
                units -= part;
            }
        }

        return parts;
    }

    /// <summary>A plan over tranches: each in turn is paid by the funds in their order.</summary>
    public static List<FundModel>[] Plan(IEnumerable<long> tranches, IEnumerable<(int Fund, long Units)> funds)
    {
        List<(int Fund, long Units)> left = [.. funds];
        return [.. tranches.Select(units =>
        {
            List<(int Fund, long Units)> parts = Spread(units, left);
            left = [.. left.Select(fund => fund with { Units = fund.Units - parts.Where(part => part.Fund == fund.Fund).Sum(part => part.Units) })];
            return parts.ConvertAll(part => new FundModel(part.Fund, part.Units));
        })];
    }

    /// <summary>What follows of any step that may have opened a tranche, or changed whether an advance is overdue.</summary>
    public void LookAgain(LocalDate today)
    {
        foreach (TrancheModel each in Tranches)
        {
            if (each.State == TrancheState.Held)
            {
                if (each.HeldBy == GrantMover.Calendar && !IsOverdue(today))
                {
                    each.Free();
                }
            }
            else if (each.MayBeHeld && IsOverdue(today))
            {
                each.Hold(GrantMover.Calendar);
            }

            if (each.State == TrancheState.Planned && MayOpen(each, today))
            {
                ToEligible(each, today);
            }
        }
    }

    /// <summary>A tranche is not to be paid any more; what was carried to it is left over of the one before once more.</summary>
    public void End(TrancheModel ended, TrancheState to)
    {
        bool isEnd = ended.State != to;
        ended.GiveUp(to);
        if (isEnd && ended.Advance > 0 && Tranches.FindLast(each => each.No < ended.No && each.State == TrancheState.Settled) is { } before)
        {
            before.State = TrancheState.PartlyAcquitted;
            foreach (FundModel part in ended.Funds.Where(part => part.Advance > 0))
            {
                before.Funds.Single(each => each.Fund == part.Fund).Carried += part.Advance;
                part.Carried -= part.Advance;
            }
        }
    }

    public static void ToEligible(TrancheModel each, LocalDate today) => (each.State, each.AskBy) = (TrancheState.Eligible, today.PlusDays(DaysToAsk));

    private bool MayOpen(TrancheModel tranche, LocalDate today)
    {
        List<TrancheModel> before = Tranches.FindAll(each => each.No < tranche.No);
        long paid = before.Sum(each => each.Funds.Sum(part => part.Paid));
        long accounted = before.Sum(each => each.Funds.Sum(part => part.Acquitted + part.Returned));
        return State == GrantState.Active && tranche.EarliestOn <= today
            && (before.Count == 0 || (!before[^1].IsUnpaid && (paid == 0 || accounted * 10_000 / paid >= ShareNeeded)));
    }

    /// <summary>Everything that may not be is told, in words; nothing if it adds up.</summary>
    public IEnumerable<string> Broken()
    {
        foreach (int fund in Funds)
        {
            List<FundModel> parts = [.. Tranches.SelectMany(each => each.Funds).Where(part => part.Fund == fund)];
            if (Committed[fund] != parts.Sum(part => part.Planned))
            {
                yield return $"fund {fund}: committed {Committed[fund]} is planned {parts.Sum(part => part.Planned)}";
            }

            if (parts.Sum(part => part.Carried) != 0)
            {
                yield return $"fund {fund}: what was carried does not cancel out";
            }

            if (Claim(fund) < 0)
            {
                yield return $"fund {fund}: claim {Claim(fund)}";
            }

            if (parts.Exists(part => part.Promise < 0 || part.Advance < 0 || part.Acquitted < 0 || part.Returned < 0 || part.Demanded < 0))
            {
                yield return $"fund {fund}: below nothing: {string.Join(" / ", parts)}";
            }
        }

        if (State == GrantState.Closed && (Promise != 0 || Advance != 0 || Claimed != 0))
        {
            yield return $"closed with promise {Promise}, advance {Advance}, claim {Claimed}";
        }

        if (!IsExpense)
        {
            // It goes back to a tranche that was settled by it; else it is claimed.
            foreach (TrancheModel stuck in Tranches.Where(each => each.Advance > 0 && each.IsOver && State != GrantState.Terminated
                && Tranches.Exists(row => row.No < each.No && row.State == TrancheState.Settled && row.Funds.Exists(part => part.Carried < 0))))
            {
                yield return $"advance {stuck.Advance} stands on tranche {stuck.No} that is {stuck.State}";
            }
        }
    }

    public override string ToString() => $"grant {Id} {State}\n    {string.Join("\n    ", Tranches)}\n    claims {string.Join(' ',
        Funds.Select(fund => $"{fund}:{Claim(fund)}"))}";
}
