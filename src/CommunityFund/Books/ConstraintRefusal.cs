using System.Text.Json;
using CommunityFund.Ledger;
using Npgsql;

namespace CommunityFund.Books;

/// <summary>What the database refuses, as a refusal: the constraint's name is the code, the facts stand in its message.</summary>
internal static class ConstraintRefusal
{
    public static Refusal Of(PostgresException violated)
    {
        string code = $"database.{(violated.ConstraintName ?? "unknown").Replace('_', '-')}";
        return new Refusal(code, Facts(violated));
    }

    private static Dictionary<string, object?> Facts(PostgresException violated)
    {
        Dictionary<string, object?> facts = new() { ["constraint"] = violated.ConstraintName };
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

    private static bool IsMoney(string name) => name is "difference" or "cash" or "floor" or "asked" or "available" or "missing" or "line" or "booked";
}
