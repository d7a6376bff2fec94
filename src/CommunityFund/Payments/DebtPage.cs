using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Payments;

/// <summary>A line of a claim or bill as it was sent.</summary>
public sealed record DebtLineView(
    LocalDate OccurredOn, string What, Amount Amount, int FundId, string Fund, string AccountKey, string Use, Restriction Restriction, long? Project,
    string InvoiceNumber);

/// <summary>A paper of a claim or bill.</summary>
public sealed record DebtPaperView(string Sha256, string Name, FileKind Format, int Sheets, string? InvoiceNumber);

/// <summary>A step somebody took.</summary>
public sealed record DebtStep(string Name, Instant At);

/// <summary>A claim or bill with what the reader may do about it.</summary>
public sealed record DebtView(
    long Id, string Code, DebtKind Kind, string Title, long PayeeId, string Payee, string Number, string BankName, bool IsAccountChecked,
    Amount Amount, LocalDate DueOn, int Version, DebtState State, IReadOnlyList<DebtLineView> Lines, IReadOnlyList<DebtPaperView> Papers,
    DebtStep Submitted, DebtStep? Approved, DebtStep? Replied, string Reply, long? Voucher, long? Batch,
    bool MayApprove, bool MayReturn, bool MayChange, bool MayWithdraw, bool MayPrepare);

/// <summary>One claim or bill.</summary>
public sealed record DebtPage(long Debt) : Query<DebtView>
{
    internal override Need Needs => Need.Any(Paying.Claiming);

    internal override async Task<DebtView> Answer(Work work, CancellationToken ct)
    {
        Debt debt = await DebtList.Visible(work).AsNoTracking().SingleOrDefaultAsync(row => row.DebtId == Debt, ct)
            ?? throw new RefusedException(Payments.Debt.Unknown, ("debt", Debt));
        List<DebtLine> lines = await Payments.Debt.LinesOf(work, debt, ct);
        PayeeAccount? account = await PayeeAccount.Current(work, debt.CreditorId).AsNoTracking().SingleOrDefaultAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(
            work, [debt.CreditorId, debt.SubmittedBy, debt.ApprovedBy, debt.RepliedBy], ct);
        int[] funds = [.. lines.Select(line => line.FundId).Distinct()];
        bool isParty = debt.SubmittedBy == work.Actor || debt.CreditorId == work.Actor;
        bool approves = Reaches(work, Paying.Approving, funds), keeps = Reaches(work, [Role.Accountant], funds);
        return new DebtView(
            debt.DebtId, Payments.Debt.CodeOf(debt.Kind, debt.DebtId), debt.Kind, debt.Title, debt.CreditorId, names[debt.CreditorId],
            isParty ? account?.Number ?? "" : Paying.Shown(work, account?.Number ?? ""),
            account?.BankName ?? "", account?.CheckedAt is not null, Amount.Fen(lines.Sum(line => line.Units)),
            debt.DueOn, debt.Version, debt.State, await Lines(work, lines, ct), await Papers(work, debt, ct),
            new DebtStep(names[debt.SubmittedBy], debt.SubmittedAt), Step(debt.ApprovedBy, debt.ApprovedAt), Step(debt.RepliedBy, debt.RepliedAt),
            debt.Reply, debt.VoucherId, await Batch(work, ct),
            MayApprove: debt.State == DebtState.Submitted && approves && !isParty,
            MayReturn: debt.State is DebtState.Submitted or DebtState.Approved && (approves || keeps) && debt.SubmittedBy != work.Actor,
            MayChange: debt.State == DebtState.Returned && debt.SubmittedBy == work.Actor,
            MayWithdraw: debt.State is DebtState.Submitted or DebtState.Returned && debt.SubmittedBy == work.Actor,
            MayPrepare: debt.State == DebtState.Approved && keeps);

        DebtStep? Step(long? by, Instant? at) => by is { } who && at is { } then ? new DebtStep(names[who], then) : null;
    }

    private static bool Reaches(Work work, IReadOnlyList<Role> roles, int[] funds) => funds.All(fund => work.Rights.Reaches(roles, fund));

    private async Task<long?> Batch(Work work, CancellationToken ct) => await work.Db.Set<PaymentRow>()
        .Where(row => row.BookId == work.Book && row.DebtId == Debt && row.State != PaymentState.Dropped)
        .OrderByDescending(row => row.PaymentBatchId).Select(row => (long?)row.PaymentBatchId).FirstOrDefaultAsync(ct);

    private static async Task<IReadOnlyList<DebtLineView>> Lines(Work work, List<DebtLine> lines, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(work.Today, ct);
        Dictionary<int, Fund> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId);
        return
        [
            .. lines.Select(line => new DebtLineView(
                line.OccurredOn, line.What, Amount.Fen(line.Units), line.FundId, funds[line.FundId].Name, chart.ById(line.AccountId).Account.Key,
                chart.ById(line.AccountId).Name, line.Restriction, line.ProjectId, line.InvoiceNumber ?? "")),
        ];
    }

    private static async Task<IReadOnlyList<DebtPaperView>> Papers(Work work, Debt debt, CancellationToken ct) =>
    [
        .. (await work.Db.Set<DebtDocument>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.DebtId == debt.DebtId && row.Version == debt.Version).OrderBy(row => row.Ordinal)
            .ToListAsync(ct))
            .Select(row => new DebtPaperView(Convert.ToHexStringLower(row.Sha256), row.Name, row.Format, row.Sheets, row.InvoiceNumber)),
    ];
}

/// <summary>A paper's bytes.</summary>
public sealed record DebtPaperContent(string Name, FileKind Format, byte[] Content);

/// <summary>A paper of a claim or bill, for those who may read it.</summary>
public sealed record DebtPaper(long Debt, string Sha256) : Query<DebtPaperContent>
{
    internal override Need Needs => Need.Any(Paying.Claiming);

    internal override async Task<DebtPaperContent> Answer(Work work, CancellationToken ct)
    {
        byte[] hash = new Enclosure(Sha256).Bytes();
        return await DebtList.Visible(work).AnyAsync(row => row.DebtId == Debt, ct)
            && await work.Db.Set<DebtDocument>().AsNoTracking().Where(row => row.BookId == work.Book && row.DebtId == Debt && row.Sha256 == hash)
                .OrderByDescending(row => row.Version)
                .Select(row => new DebtPaperContent(row.Name, row.Format, EF.Property<byte[]>(row, "Content"))).FirstOrDefaultAsync(ct) is { } paper
            ? paper : throw new RefusedException(Payments.Debt.Unknown, ("debt", Debt));
    }
}
