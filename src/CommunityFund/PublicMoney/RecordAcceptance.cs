using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.PublicMoney;

/// <summary>
/// The payer has accepted a part of the service: it is income now, out of the advance that came or, where none is left, against
/// a receivable
/// that the next instalments settle.
/// </summary>
/// <param name="Documents">The acceptance.</param>
public sealed record RecordAcceptance(
    Guid Key, long Contract, Amount Amount, LocalDate AcceptedOn, IReadOnlyList<Enclosure>? Documents = null) : Command<long>(Key)
{
    /// <summary>Only what is paid for in exchange is accepted.</summary>
    public const string NotServices = "public.not-services";

    /// <summary>Nothing, or less than nothing, is no part of it.</summary>
    public const string NotPositive = "public.not-positive";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(RegisterRoles.Keeping).For(await PublicContract.FundOf(work, Contract, ct));

    /// <returns>The voucher.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        PublicContract contract = await PublicContract.Agreed(work, Contract, ct);
        if (contract.Nature != PublicNature.Services)
        {
            throw new RefusedException(NotServices, ("number", contract.Number));
        }

        if (!Amount.IsPositive)
        {
            throw new RefusedException(NotPositive);
        }

        await PublicStanding.RequireNone(work, contract, PublicRole.Receipt, ct);
        long advance = Math.Min(
            Amount.Units, Math.Max(0, await PublicStanding.Of(work, Contract, Instalments.Advances, withWaiting: true, ct)));
        LocalDate day = await work.FirstOpenDay(AcceptedOn, ct);
        Chart chart = await work.ChartOn(day, ct);
        string fund = (await work.FundById(contract.FundId, ct)).Code;
        Tags payer = new(Counterparty: contract.PayerId);
        EntryDraft draft = JournalEntry.On(day, $"政府购买服务验收 {contract.Number}");
        if (advance > 0)
        {
            draft.Debit(chart.Part(Instalments.Advances).Account, fund, Amount.Fen(advance), payer);
        }

        if (Amount.Units > advance)
        {
            draft.Debit(chart.Part(Instalments.Receivables).Account, fund, Amount.Fen(Amount.Units - advance), payer);
        }

        draft.Credit(chart.Part(Instalments.ServiceIncome).Account, fund, Amount, payer with
        {
            Restriction =
            Restriction.Unrestricted
        });
        long voucher = await work.Prepare(new Draft(draft.Balanced(), Documents: Documents, Then: new WorkAccepted(Contract,
            Amount.Units - advance),
            Undo: new AcceptanceGone(Contract)), ct);
        work.Db.Add(new PublicVoucher
        {
            BookId = work.Book,
            VoucherId = voucher,
            PublicContractId = Contract,
            Role = PublicRole.Acceptance,
            No = 0,
            Units = Amount.Units,
        });
        return voucher;
    }
}

/// <summary>The acceptance was posted: the instalments that are waited for settle what it leaves owing first.</summary>
[Consequence("public-work-accepted", 1)]
internal sealed record WorkAccepted(long Contract, long Receivable) : Consequence
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        PublicContract contract = await PublicContract.Agreed(work, Contract, ct);
        await PublicStanding.RequireNone(work, contract, PublicRole.Receipt, ct);
        await Instalments.Await(work, contract, ct, Receivable);
    }
}

/// <summary>The acceptance was reversed: what it left owing is settled by nobody.</summary>
[Consequence("public-acceptance-gone", 1)]
internal sealed record AcceptanceGone(long Contract) : RegisterUndone
{
    /// <summary>Money that came has settled what it left owing.</summary>
    public const string Settled = "public.acceptance-settled";

    internal override VoucherRegister Register => VoucherRegister.PublicMoney;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        PublicContract contract = await PublicContract.Agreed(work, Contract, ct);
        await PublicStanding.RequireNone(work, contract, PublicRole.Receipt, ct);
        if (await PublicStanding.Of(work, Contract, Instalments.Receivables, withWaiting: false, ct) > 0)
        {
            throw new RefusedException(Settled, ("number", contract.Number));
        }

        await Instalments.Await(work, contract, ct);
    }
}
