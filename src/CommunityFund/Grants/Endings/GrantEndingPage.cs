using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Endings;

/// <summary>A line of the story: a move of the grant.</summary>
public sealed record EndingStep(GrantMove Move, GrantState To, string By, Instant At, string Reason, string Clause);

/// <summary>A tranche with what was accepted and what is open of it.</summary>
public sealed record EndingTranche(long Id, short No, TrancheState State, Amount Accepted, Amount Open);

/// <summary>A look at a suspension that kept it up.</summary>
public sealed record ReviewShown(LocalDate On, LocalDate Until, string Reason, string By);

/// <summary>A suspension that holds.</summary>
public sealed record SuspensionShown(SuspensionCause Cause, LocalDate ReviewOn, bool IsPanels, IReadOnlyList<ReviewShown> Reviews);

/// <summary>A hearing as it was written down.</summary>
public sealed record HearingShown(LocalDate ToldOn, LocalDate HeardOn, bool Came, string Summary, string By);

/// <summary>A proposal to end the grant.</summary>
public sealed record ProposalShown(TerminationCause Cause, string Reason, string By, Instant At);

/// <summary>What the panel found.</summary>
public sealed record FindingShown(short Tranche, Amount Amount, string What, string Clause, string By, bool IsClaimed);

/// <summary>What is waited for on a demand, or came.</summary>
public sealed record InstalmentShown(LocalDate DueOn, Amount Amount, bool IsPaid, bool IsLate, bool IsReviewed);

/// <summary>A plan of instalments that waits.</summary>
public sealed record PlanShown(string Reason, string By, bool IsOwn, IReadOnlyList<InstalmentForm> Rows);

/// <summary>A step of the ladder: when it is due, and when it was sent.</summary>
public sealed record ReminderShown(int Days, LocalDate DueOn, LocalDate? SentOn, string Way, bool IsDue);

/// <summary>A reduction of a demand.</summary>
public sealed record CutShown(Amount Amount, string Reason, string Resolution, CutState State, long Voucher);

/// <summary>What a demand claims of a tranche in a fund.</summary>
public sealed record DemandPartShown(short Tranche, long TrancheId, string Fund, Amount Open, Amount Refused);

/// <summary>A demand with everything that hangs on it.</summary>
public sealed record DemandShown(
    long Id, short No, string Code, DemandState State, string Reason, LocalDate DueOn, string DraftedBy, string SignedBy, Instant? SignedAt,
    bool IsOwn, long? Voucher, IReadOnlyList<DemandPartShown> Parts, IReadOnlyList<InstalmentShown> Instalments, PlanShown? Plan,
    IReadOnlyList<ReminderShown> Reminders, IReadOnlyList<CutShown> Cuts)
{
    public Amount Amount => Amount.Fen(Parts.Sum(part => part.Open.Units + part.Refused.Units));

    /// <summary>What is waited for still.</summary>
    public Amount Left => State == DemandState.Stands ? Amount.Fen(Instalments.Where(row => !row.IsPaid).Sum(row => row.Amount.Units)) : Amount;
}

/// <summary>Money that comes, or came, after its claim was given up.</summary>
public sealed record LateShown(long Id, Amount Amount, string Note, LateRecoveryState State, string By, string Code, long? Voucher);

/// <summary>A write-off.</summary>
public sealed record WriteOffShown(
    long Id, string Bearer, Amount Amount, string Reason, string Disclosure, WriteOffState State, string DraftedBy, bool IsOwn, string Resolution,
    string ResolvedBy, long? Voucher, IReadOnlyList<LateShown> Late)
{
    /// <summary>What may still come of it, if nothing is awaited.</summary>
    public Amount Lost => Late.Any(row => row.State == LateRecoveryState.Awaited) ? Amount.Fen(0)
        : Amount.Fen(Amount.Units - Late.Where(row => row.State == LateRecoveryState.Came).Sum(row => row.Amount.Units));
}

/// <summary>Where what is claimed is paid to.</summary>
public sealed record PayInto(string Holder, string Number, string Bank);

/// <summary>How a grant stops, on one page: what it is, what may be done and by whom, and what is owed.</summary>
public sealed record EndingView(
    GrantCase Grant, string Body, string Lead, string Payee, PayInto? Account, EndingFacts Facts, Amount Paid, Amount Accounted, Amount Recovered,
    Amount WrittenOff, SuspensionShown? Suspension, IReadOnlyList<HearingShown> Hearings, IReadOnlyList<ProposalShown> Proposals,
    IReadOnlyList<FindingShown> Findings, IReadOnlyList<DemandShown> Demands, IReadOnlyList<WriteOffShown> WriteOffs,
    IReadOnlyList<EndingTranche> Tranches, IReadOnlyList<(int Id, string Name)> Bearers, IReadOnlyList<GrantOffer> Offers,
    IReadOnlyList<(GrantMove Move, GrantMover Mover, string Name)> Waiting, IReadOnlyList<EndingStep> Steps, LocalDate Today, LocalDate? FinalDay,
    LocalDate? LastAppealDay, IReadOnlySet<Role> Roles, bool IsOwn)
{
    public bool May(params Role[] roles) => !IsOwn && roles.Any(Roles.Contains);
}

/// <summary>The page of a grant's suspension, termination and recovery, for the office and for the grant's own people.</summary>
public sealed record GrantEndingPage(long Grant) : Query<EndingView>
{
    internal override Need Needs => Need.Person;

    internal override async Task<EndingView> Answer(Work work, CancellationToken ct)
    {
        GrantCase grant = await AwardReaders.Read(work, Grant, ct);
        List<GrantFund> money = await Mine<GrantFund>(work).ToListAsync(ct);
        List<GrantLog> log = await Mine<GrantLog>(work).OrderByDescending(row => row.StateVersion).ToListAsync(ct);
        List<GrantHearing> hearings = await Mine<GrantHearing>(work).OrderByDescending(row => row.GrantHearingId).ToListAsync(ct);
        List<GrantTermination> proposals = await Mine<GrantTermination>(work).OrderByDescending(row => row.No).ToListAsync(ct);
        List<GrantDisallowance> findings = await Mine<GrantDisallowance>(work).OrderBy(row => row.GrantDisallowanceId).ToListAsync(ct);
        List<GrantWriteOff> writeOffs = await Mine<GrantWriteOff>(work).OrderByDescending(row => row.GrantWriteOffId).ToListAsync(ct);
        List<GrantSuspension> suspensions = await Mine<GrantSuspension>(work).OrderByDescending(row => row.StateVersion).ToListAsync(ct);
        List<GrantSignature> waiting = await Mine<GrantSignature>(work).Where(row => row.StateVersion == grant.StateVersion).ToListAsync(ct);
        List<GrantSuspensionReview> reviews = await Mine<GrantSuspensionReview>(work).OrderByDescending(row => row.ReviewedAt).ToListAsync(ct);
        var late = await LateOf(work, [.. writeOffs.Select(row => row.GrantWriteOffId)], ct);
        List<EndingTranche> tranches = await TranchesOf(work, ct);
        long? party = (await GrantDebtor.PartyOf(work, Grant, ct));
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, [grant.LeadId, party, .. log.Select(row => row.ActorId),
            .. hearings.Select(row => (long?)row.HeardBy), .. proposals.Select(row => (long?)row.ProposedBy), .. findings.Select(row =>
                (long?)row.FoundBy), .. waiting.Select(row => row.PersonId),
            .. reviews.Select(row => (long?)row.ReviewedBy), .. late.Select(row => (long?)row.Row.AwaitedBy),
            .. writeOffs.SelectMany(row => new[] { row.DraftedBy, row.ResolvedBy })], ct);
        Dictionary<int, string> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId, fund => $"{fund.Code} {fund.Name}");
        EndingFacts facts = await EndingFacts.Of(work, grant, ct);
        string Name(long? person) => person is { } id ? names[id] : "";
        return new EndingView(grant, await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.Name).SingleAsync(ct),
            names[grant.LeadId], Name(party), await AccountOf(work, ct), facts, Amount.Fen(money.Sum(row => row.Paid)),
            Amount.Fen(money.Sum(row => row.Acquitted + row.Returned)), Amount.Fen(money.Sum(row => row.Recovered)),
            Amount.Fen(money.Sum(row => row.WrittenOff)),
            grant.State == GrantState.Suspended && suspensions is [{ } last, ..]
                ? new SuspensionShown(last.Cause, grant.DueOn ?? last.ReviewOn, facts.IsPanels,
                    [.. reviews.Where(row => row.StateVersion == last.StateVersion).Select(row => new ReviewShown(row.ReviewedOn, row.Until,
                        row.Reason, Name(row.ReviewedBy)))]) : null,
            [.. hearings.Select(row => new HearingShown(row.ToldOn, row.HeardOn, row.Came, row.Summary, Name(row.HeardBy)))],
            [.. proposals.Select(row => new ProposalShown(row.Cause, row.Reason, Name(row.ProposedBy), row.ProposedAt))],
            [.. findings.Select(row => new FindingShown(tranches.Single(each => each.Id == row.TrancheId).No, Amount.Fen(row.Units), row.What,
                row.Clause, Name(row.FoundBy), row.GrantDemandId is not null))],
            await DemandReading.Of(work, grant, tranches, funds, ct),
            [.. writeOffs.Select(row => new WriteOffShown(row.GrantWriteOffId, funds[row.BearerFundId], Amount.Fen(row.Units), row.Reason,
                row.Disclosure, row.State, Name(row.DraftedBy), row.DraftedBy == work.Actor, row.Resolution, Name(row.ResolvedBy), row.VoucherId,
                [.. late.Where(each => each.Row.GrantWriteOffId == row.GrantWriteOffId).Select(each => new LateShown(each.Row.GrantLateRecoveryId,
                    Amount.Fen(each.Row.Units), each.Row.Note, each.Row.State, Name(each.Row.AwaitedBy),
                    AwaitLateRecovery.CodeOf(grant, row.GrantWriteOffId), each.Voucher))]))],
            tranches,
            [.. (await work.Funds(ct)).Where(fund => fund is { DefaultRestriction: Restriction.Unrestricted, IsOwn: true, State: FundState.Open })
                .Select(fund => (fund.FundId, funds[fund.FundId]))],
            work.Actor is null ? [] : await GrantMoves.Open(work, grant, ct),
            [.. waiting.Select(row => (row.Move, row.Mover, Name(row.PersonId)))],
            [.. log.Where(row => row.ToState is GrantState.Active or GrantState.Suspended or GrantState.Closing or GrantState.Closed
                or GrantState.Terminated or GrantState.Recovering)
                .Select(row => new EndingStep(row.Move, row.ToState, Name(row.ActorId), row.At, row.Reason, row.Clause))],
            work.Today, facts.TerminatedOn is { } ended ? EndingNeeds.FinalDay(ended) : null,
            facts.TerminatedOn is { } on ? EndingNeeds.LastAppealDay(on) : null,
            Enum.GetValues<Role>().Where(role => work.Rights.Holds(role)).ToHashSet(),
            work.Actor is { } actor && (await grant.People(work, ct)).Contains(actor));
    }

    private static async Task<List<(GrantLateRecovery Row, long? Voucher)>> LateOf(Work work, long[] writeOffs, CancellationToken ct) =>
    [
        .. (await (
            from row in work.Db.Set<GrantLateRecovery>().AsNoTracking()
            join expected in work.Db.Set<Expectation>().AsNoTracking() on new { row.BookId, row.ExpectationId }
                equals new { expected.BookId, expected.ExpectationId }
            where row.BookId == work.Book && writeOffs.Contains(row.GrantWriteOffId)
            orderby row.GrantLateRecoveryId
            select new { row, expected.VoucherId }).ToListAsync(ct)).Select(each => (each.row, each.VoucherId)),
    ];

    private async Task<List<EndingTranche>> TranchesOf(Work work, CancellationToken ct)
    {
        List<EndingTranche> rows = [];
        foreach (Tranche tranche in await work.Db.Set<Tranche>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantId == Grant)
            .OrderBy(row => row.AwardNo).ThenBy(row => row.No).ToListAsync(ct))
        {
            TrancheMoney money = await TrancheMoney.Of(work, tranche.TrancheId, ct);
            rows.Add(new EndingTranche(tranche.TrancheId, tranche.No, tranche.State, Amount.Fen(money.Acquitted), Amount.Fen(money.Advance)));
        }

        return rows;
    }

    // The body's first bank account; platforms take no transfers of this kind.
    private static async Task<PayInto?> AccountOf(Work work, CancellationToken ct) => (await work.Db.Database.SqlQuery<PayInto>(
        $"""
        select b.name as "Holder", a.number as "Number", a.bank_name as "Bank" from bank_account a join book b using (book_id)
         where a.book_id = {work.Book} and a.kind = 'bank' order by a.bank_account_id limit 1
        """).ToListAsync(ct)).FirstOrDefault();

    private IQueryable<T> Mine<T>(Work work)
        where T : class =>
        work.Db.Set<T>().AsNoTracking().Where(row => EF.Property<int>(row, "BookId") == work.Book && EF.Property<long>(row, "GrantId") == Grant);
}
