using System.Text;
using CommunityFund.Banking;
using CommunityFund.Ledger;

namespace CommunityFund.Tests.Banking;

/// <summary>Statement files in a few words for the tests.</summary>
internal static class StatementNotation
{
    public const string Header = "交易日期,收入,支出,余额,对方户名,摘要";

    public static byte[] Sample(string name) =>
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Banking", "samples", name));

    public static string CcbText() =>
        CodePagesEncodingProvider.Instance.GetEncoding(54936)!.GetString(Sample("ccb-corporate-2026.csv"));

    public static StatementFile Read(string text) => StatementFile.Read(Encoding.UTF8.GetBytes(text), "statement.csv");

    public static StatementFile Rows(params string[] rows) => Read(string.Join('\n', [Header, .. rows]));

    public static Refusal RefusalOf(string text) => RefusalOf(Encoding.UTF8.GetBytes(text), "statement.csv");

    public static Refusal RefusalOf(byte[] content, string fileName) =>
        Should.Throw<RefusedException>(() => StatementFile.Read(content, fileName)).Refusal;

    public static Refusal RefusalOfRow(string row) => RefusalOf($"{Header}\n{row}");

    /// <summary>What a person would compare between two exports of one statement.</summary>
    public static string[] Told(this StatementFile file) =>
    [
        .. file.Lines.Select(line => string.Join(
            '|', line.OccurredOn, line.OccurredAt, line.Amount, line.BalanceAfter, line.CounterpartyName,
            line.CounterpartyAccount, line.Summary, line.Remark, line.BankSerial)),
    ];
}
