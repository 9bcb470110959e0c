namespace Datahall.Learning.Tests;

/// <summary>Sentences with persons and places, made from a few words.</summary>
internal static class SmallSentences
{
    private static readonly string[] persons = ["Anna", "Ben", "Carla", "David", "Elena"];
    private static readonly string[] places = ["Berlin", "Oslo", "Lisbon", "New York"];

    /// <summary>Writes a CoNLL file and returns its path.</summary>
    public static string Write(string folder, string name, int count)
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            var random = new Random(count);
            File.WriteAllText(path, string.Concat(Enumerable.Range(0, count).Select(_ => Sentence(random))));
        }

        return path;
    }

    private static string Sentence(Random random)
    {
        var (person, place) = (persons[random.Next(persons.Length)], places[random.Next(places.Length)].Split(' '));
        var tagged = new List<string> { $"{person} B-PER", random.Next(2) == 0 ? "lives O" : "works O", "in O" };
        tagged.AddRange(place.Select(static (word, i) => $"{word} {(i == 0 ? "B" : "I")}-LOC"));
        tagged.AddRange(random.Next(2) == 0 ? [". O"] : ["and O", "sings O", ". O"]);
        return string.Join('\n', tagged) + "\n\n";
    }
}
