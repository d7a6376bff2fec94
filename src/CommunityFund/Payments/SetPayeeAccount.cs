using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Payments;

/// <summary>A supplier, or anybody else who is paid, comes into the register with an account; one that is there gets another.</summary>
/// <param name="Holder">The name on the account; empty is the payee's own.</param>
public sealed record SetPayeeAccount(
    Guid Key, [property: Personal] string Payee, PersonKind Kind, [property: Personal] string Number, [property: Personal] string BankName,
    [property: Personal] string Holder = "") : Command<long>(Key)
{
    /// <summary>Nobody is named.</summary>
    public const string NameMissing = "payee.name-missing";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(Role.Accountant, Role.Cashier).ForWholeBook());

    /// <returns>The payee.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        long payee = await Counterparty.FindOrAdd(work, Kind, Payee, ct) ?? throw new RefusedException(NameMissing);
        long holder = await Counterparty.FindOrAdd(work, Kind, Holder, ct) ?? payee;
        await PayeeAccount.Set(work, payee, holder, Number, BankName, ct);
        return payee;
    }
}
