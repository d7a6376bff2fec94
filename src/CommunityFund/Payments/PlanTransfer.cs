using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Payments;

/// <summary>Money is to go from one own account to another on a day. Whose money moves is settled by what each fund has there.</summary>
/// <param name="From">Id of an own bank account.</param>
/// <param name="To">Id of another.</param>
public sealed record PlanTransfer(Guid Key, int From, int To, Amount Amount, LocalDate MoveOn, [property: Personal] string Reason)
    : Command<long>(Key)
{
    /// <summary>The two accounts are one, or none of this book.</summary>
    public const string SameAccount = "own-transfer.same-account";

    /// <summary>There is nothing to move.</summary>
    public const string NotPositive = "own-transfer.not-positive";

    /// <summary>The reason is missing or too long.</summary>
    public const string ReasonMissing = "own-transfer.reason-missing";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        IReadOnlyList<OwnBankAccount> accounts = await OwnBankAccount.All(work, ct);
        if (From == To || accounts.Count(account => account.Id == From || account.Id == To) != 2)
        {
            throw new RefusedException(SameAccount);
        }

        string reason = PlainText.Of(Reason);
        OwnTransfer transfer = new()
        {
            BookId = work.Book,
            FromAccount = From,
            ToAccount = To,
            Units = Amount.IsPositive ? Amount.Units : throw new RefusedException(NotPositive),
            MoveOn = MoveOn,
            Reason = reason.Length is > 0 and <= 100 ? reason : throw new RefusedException(ReasonMissing, ("limit", 100)),
            State = OwnTransferState.Planned,
            PlannedBy = work.ActorId,
            PlannedAt = work.Now,
        };
        work.Db.Add(transfer);
        await work.Db.SaveChangesAsync(ct);
        await OwnTransferSides.Await(work, transfer, isOut: true, ct);
        await OwnTransferSides.Await(work, transfer, isOut: false, ct);
        return transfer.OwnTransferId;
    }
}

/// <summary>One of our accounts at a bank, as far as payments need it.</summary>
internal sealed record OwnBankAccount(int Id, int Account, string Number, string Bank)
{
    public static async Task<IReadOnlyList<OwnBankAccount>> All(Work work, CancellationToken ct) =>
        await work.Db.Database.SqlQuery<OwnBankAccount>(
            $"""
            select bank_account_id as "Id", account_id as "Account", number as "Number", bank_name as "Bank"
              from bank_account where book_id = {work.Book} order by bank_account_id
            """).ToListAsync(ct);
}
