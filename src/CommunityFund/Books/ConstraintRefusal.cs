using System.Reflection;
using System.Text.Json;
using CommunityFund.Ledger;
using Npgsql;

namespace CommunityFund.Books;

/// <summary>
/// What the database refuses, as a refusal: the constraint's name is the code, the facts stand in its message. Those a
/// person can meet have their own words; the rest, which the code should never send, share one.
/// </summary>
public static class ConstraintRefusal
{
    /// <summary>A waiting payment would promise more than the fund has.</summary>
    public const string HoldAboveAvailable = "database.hold-above-available";

    /// <summary>The fund's restricted gifts do not reach for the restricted expense.</summary>
    public const string LotsNotEnough = "database.lots-not-enough";

    /// <summary>Own cash of a fund would fall below its floor.</summary>
    public const string OwnCashFloor = "database.own-cash-floor";

    /// <summary>Opening balances are there, or wait, already.</summary>
    public const string OneOpening = "database.voucher-one-opening";

    /// <summary>A reversal of this voucher waits or is posted already.</summary>
    public const string OneReversal = "database.voucher-one-reversal";

    /// <summary>A voucher rests on this bank line already.</summary>
    public const string OnePerBankLine = "database.voucher-one-per-bank-line";

    /// <summary>The voucher moves another amount through the bank account than the bank line.</summary>
    public const string BankLineAmount = "database.bank-line-amount";

    /// <summary>The bank line was set aside as needing no voucher.</summary>
    public const string BankLineIgnored = "database.bank-line-ignored";

    /// <summary>The fund is frozen or closed.</summary>
    public const string FundNotOpen = "database.fund-not-open";

    /// <summary>The day lies outside the period it would be booked in.</summary>
    public const string OutsidePeriod = "database.entry-outside-period";

    /// <summary>The month is closed.</summary>
    public const string PeriodClosed = "database.entry-period-closed";

    /// <summary>Money held for others stands in the agency fund only, and nothing else does.</summary>
    public const string AgencyFund = "database.line-agency-fund";

    /// <summary>Lines stand on sub-accounts where the foundation has made some.</summary>
    public const string HasSubAccounts = "database.line-has-sub-accounts";

    /// <summary>Anything else: a fault of the program that the database stopped.</summary>
    public const string Unexpected = "database.unexpected";

    private static readonly HashSet<string> Known =
        [.. typeof(ConstraintRefusal).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (string)field.GetRawConstantValue()!)];

    internal static Refusal Of(PostgresException violated)
    {
        string code = $"database.{violated.ConstraintName?.Replace('_', '-')}";
        return new Refusal(Known.Contains(code) ? code : Unexpected, Facts(violated));
    }

    private static Dictionary<string, object?> Facts(PostgresException violated)
    {
        Dictionary<string, object?> facts = new() { ["constraint"] = violated.ConstraintName ?? violated.SqlState };
        int start = violated.MessageText.IndexOf('{', StringComparison.Ordinal);
        if (violated.MessageText.StartsWith("refused: ", StringComparison.Ordinal) && start > 0)
        {
            foreach (JsonProperty fact in JsonDocument.Parse(violated.MessageText[start..]).RootElement.EnumerateObject())
            {
                facts[fact.Name] = fact.Value.ValueKind == JsonValueKind.Number && IsMoney(fact.Name)
                    ? Amount.Fen(fact.Value.GetInt64())
                    : fact.Value.ToString();
            }
        }

        return facts;
    }

    private static bool IsMoney(string name) =>
        name is "difference" or "cash" or "floor" or "asked" or "available" or "missing" or "line" or "booked";
}
