using CommunityFund.Grants;
using CommunityFund.Grants.Tranches;
using NodaTime;

namespace CommunityFund.Tests.Grants.Histories;

/// <summary>What one fund planned for a tranche, and what became of it, in fen.</summary>
internal sealed class FundModel(int fund, long planned)
{
    public int Fund { get; } = fund;

    public long Planned { get; set; } = planned;

    public long Cancelled { get; set; }

    public long Paid { get; set; }

    public long Acquitted { get; set; }

    public long Returned { get; set; }

    public long Carried { get; set; }

    public long Demanded { get; set; }

    public long Promise => Planned - Cancelled - Paid;

    public long Advance => Paid + Carried - Acquitted - Returned - Demanded;

    public override string ToString() => string.Join(' ', Fund, Planned, Cancelled, Paid, Acquitted, Returned, Carried, Demanded);
}

/// <summary>A row of a batch for the bank.</summary>
internal sealed class RowModel(TrancheModel tranche)
{
    public TrancheModel Tranche { get; } = tranche;

    /// <summary>The bank's line that it was waited for with; another one is waited for after a return.</summary>
    public long Expectation { get; } = tranche.Expectation;

    public string State { get; set; } = "waiting";
}

/// <summary>A batch for the bank.</summary>
internal sealed class BatchModel(long id, List<RowModel> rows)
{
    public long Id { get; } = id;

    public IReadOnlyList<RowModel> Rows { get; } = rows;

    public bool IsReleased { get; set; }

    public bool IsEnded { get; set; }
}

/// <summary>Receipts that were handed in.</summary>
internal sealed class AcquittalModel(IReadOnlyList<long> lines)
{
    public IReadOnlyList<long> Lines { get; } = lines;

    public bool?[] Accepted { get; } = new bool?[lines.Count];

    public long Voucher { get; set; }

    public List<(int Fund, long Units)> Parts { get; set; } = [];

    public long AcceptedUnits => Lines.Where((_, at) => Accepted[at] == true).Sum();
}

/// <summary>Unspent money that was announced: what each fund has back of it is settled then.</summary>
internal sealed class ReturnModel(long id, List<(int Fund, long Units)> parts)
{
    public long Id { get; } = id;

    public List<(int Fund, long Units)> Parts { get; } = parts;

    public long Units => Parts.Sum(part => part.Units);

    public long Voucher { get; set; }
}

/// <summary>A tranche as the rules say it stands (grants.md 5.3).</summary>
internal sealed class TrancheModel(long id, short no, List<FundModel> funds)
{
    private static readonly TrancheState[] Stoppable =
    [
        TrancheState.Planned, TrancheState.Eligible, TrancheState.Requested, TrancheState.Checked, TrancheState.ApprovedL1, TrancheState.ApprovedL2,
        TrancheState.Approved, TrancheState.Scheduled,
    ];

    public long Id { get; set; } = id;

    public short No { get; } = no;

    /// <summary>In the order in which they pay.</summary>
    public List<FundModel> Funds { get; } = funds;

    public TrancheState State { get; set; } = TrancheState.Planned;

    public GrantMover? HeldBy { get; set; }

    public LocalDate EarliestOn { get; set; }

    public LocalDate ReportDueOn { get; set; }

    /// <summary>Until when an open tranche may be asked for.</summary>
    public LocalDate AskBy { get; set; }

    public long Asked { get; set; }

    /// <summary>Whether the bank's line is waited for, and what it is waited for with.</summary>
    public bool IsAwaited { get; set; }

    public long Expectation { get; set; }

    /// <summary>The voucher of the payment that stands, and what each fund gave.</summary>
    public long Payment { get; set; }

    public List<(int Fund, long Units)> Gave { get; set; } = [];

    /// <summary>The voucher by which the bank gave it back, with the payment and what that was waited for with.</summary>
    public long Back { get; set; }

    public long ReturnedPayment { get; set; }

    public long ReturnedExpectation { get; set; }

    /// <summary>A line of the bank that is free again.</summary>
    public (long Id, long Units)? Line { get; set; }

    public (long Id, long Units)? PaidLine { get; set; }

    public AcquittalModel? Open { get; set; }

    public List<AcquittalModel> Posted { get; } = [];

    public ReturnModel? Announced { get; set; }

    public List<ReturnModel> Came { get; } = [];

    public bool ReportIn { get; set; }

    /// <summary>Found not to be allowed and not claimed yet.</summary>
    public long Found { get; set; }

    public List<RowModel> Rows { get; } = [];

    public long Promise => Funds.Sum(part => part.Promise);

    public long Advance => Funds.Sum(part => part.Advance);

    public long Acquitted => Funds.Sum(part => part.Acquitted);

    public bool IsUnpaid => State < TrancheState.Paid || State == TrancheState.Held;

    public bool IsOpenAdvance => State is TrancheState.AwaitingAcquittal or TrancheState.PartlyAcquitted;

    /// <summary>It is not to be paid any more.</summary>
    public bool IsOver => State is TrancheState.Cancelled or TrancheState.Declined or TrancheState.Expired;

    public bool IsInFlight => State is >= TrancheState.Requested and <= TrancheState.PaymentFailed;

    public bool MayBeCancelled => State is TrancheState.Planned or TrancheState.Eligible or TrancheState.Requested or TrancheState.Checked
        or TrancheState.ApprovedL1 or TrancheState.ApprovedL2 or TrancheState.Approved or TrancheState.PaymentFailed or TrancheState.Held;

    /// <summary>A second person has let it go, and the bank has not refused it.</summary>
    public bool IsUnderWay => Rows.Exists(row => row.Expectation == Expectation && row.State is "waiting" or "succeeded"
        && Batches.Exists(batch => batch.IsReleased && batch.Rows.Contains(row)));

    public required List<BatchModel> Batches { get; init; }

    public bool MayBeHeld => Stoppable.Contains(State) && !IsUnderWay;

    /// <summary>Nothing of the payment is accounted for, so that it may come back.</summary>
    public bool IsUntouched(bool isExpense) => isExpense ? Funds.Sum(part => part.Returned) == 0
        : Funds.Sum(part => part.Acquitted) == 0 && Funds.Sum(part => part.Returned) == 0 && Funds.Sum(part => part.Demanded) == 0
            && Funds.Sum(part => part.Carried) >= 0;

    public void Hold(GrantMover by)
    {
        (State, HeldBy) = (TrancheState.Held, by);
        NotAwaited();
    }

    public void Free() => (State, HeldBy) = (TrancheState.Planned, null);

    /// <summary>What it promised is given up.</summary>
    public void GiveUp(TrancheState to)
    {
        Funds.ForEach(part => part.Cancelled += part.Promise);
        (State, HeldBy) = (to, null);
        NotAwaited();
    }

    public void Add(IEnumerable<(int Fund, long Units)> parts, Action<FundModel, long> add)
    {
        foreach (var (fund, units) in parts)
        {
            add(Funds.Single(part => part.Fund == fund), units);
        }
    }

    // It leaves a batch that nobody has let go, and the batch ends with the last that left it.
    private void NotAwaited()
    {
        IsAwaited = false;
        foreach (RowModel row in Rows.Where(row => row is { State: "waiting" } && row.Expectation == Expectation))
        {
            row.State = "dropped";
        }

        foreach (BatchModel batch in Batches.Where(batch => !batch.IsReleased && batch.Rows.All(row => row.State == "dropped")))
        {
            batch.IsEnded = true;
        }
    }

    public override string ToString() => $"{No} {State} {HeldBy} {string.Join(" | ", Funds)}";
}
