using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>One movement on the bank account as the bank wrote it: positive is money in, negative is money out.</summary>
/// <param name="LineNo">The 1-based line in the file.</param>
/// <param name="OccurredOn">The day the bank booked it, else the day it happened.</param>
/// <param name="OccurredAt">The moment it happened, when the file tells the time.</param>
/// <param name="Amount">Money in CNY, signed.</param>
/// <param name="BalanceAfter">The account's balance after this line, when the file has it.</param>
/// <param name="CounterpartyName">Who paid or was paid; empty if the file does not say.</param>
/// <param name="CounterpartyAccount">Their account, usually masked; empty if the file does not say.</param>
/// <param name="Summary">The bank's own word for the line (摘要).</param>
/// <param name="Remark">What the payer wrote (备注, 附言).</param>
/// <param name="BankSerial">The bank's number for the line, when the file has one.</param>
/// <param name="Identity">Unique in the file, the same in every file with this line: see <see cref="LineIdentity"/>.</param>
public sealed record StatementLine(
    int LineNo,
    LocalDate OccurredOn,
    LocalDateTime? OccurredAt,
    Amount Amount,
    Amount? BalanceAfter,
    string CounterpartyName,
    string CounterpartyAccount,
    string Summary,
    string Remark,
    string? BankSerial,
    string Identity);
